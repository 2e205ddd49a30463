package dev.tributary.collection;

import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of the tables {@code namespace}, {@code collection} and {@code dropped_collection}. */
@Component
class CatalogueRows {
    private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
            new TypeReference<>() {};

    private static final String SELECT =
            """
            SELECT id, namespace, name, model, dimension, metric, language, description, metadata,
                   text_k1, text_b, text_title_weight, text_fold_accents,
                   index_type, index_precision, index_m, index_ef_construction, index_lists,
                   index_target, created_at, updated_at
            FROM collection
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    CatalogueRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Creates the namespace unless it exists, and locks the names in it. */
    void lockNamespace(String namespace) {
        jdbc.sql("INSERT INTO namespace (name) VALUES (:name) ON CONFLICT DO NOTHING")
                .param("name", namespace)
                .update();
        jdbc.sql("SELECT name FROM namespace WHERE name = :name FOR NO KEY UPDATE")
                .param("name", namespace)
                .query(String.class)
                .single();
    }

    Optional<CatalogueRow> find(String namespace, String name) {
        return jdbc.sql(SELECT + "WHERE namespace = :namespace AND name = :name")
                .param("namespace", namespace)
                .param("name", name)
                .query(this::row)
                .optional();
    }

    /** Finds a collection by its name or an alias. */
    Optional<CatalogueRow> resolve(String namespace, String name) {
        return jdbc.sql(
                        """
                        WITH RECURSIVE step AS (
                            SELECT collection_id, target_alias
                            FROM collection_alias
                            WHERE namespace = :namespace AND alias = :name
                            UNION
                            SELECT next.collection_id, next.target_alias
                            FROM step
                            JOIN collection_alias AS next
                              ON next.namespace = :namespace AND next.alias = step.target_alias
                        )
                        """
                                + SELECT
                                + """
                                WHERE (namespace = :namespace AND name = :name)
                                   OR id = (SELECT collection_id FROM step
                                            WHERE collection_id IS NOT NULL)
                                """)
                .param("namespace", namespace)
                .param("name", name)
                .query(this::row)
                .optional();
    }

    /** True if a name, of a collection or an alias, leads to this collection. */
    boolean leadsTo(String namespace, String name, long id) {
        return jdbc.sql(
                        """
                        SELECT EXISTS (SELECT FROM collection
                                       WHERE id = :id AND namespace = :namespace AND name = :name)
                            OR EXISTS (
                                WITH RECURSIVE step AS (
                                    SELECT collection_id, target_alias
                                    FROM collection_alias
                                    WHERE namespace = :namespace AND alias = :name
                                    UNION
                                    SELECT next.collection_id, next.target_alias
                                    FROM step
                                    JOIN collection_alias AS next
                                      ON next.namespace = :namespace AND next.alias = step.target_alias
                                )
                                SELECT FROM step WHERE collection_id = :id)
                        """)
                .param("id", id)
                .param("namespace", namespace)
                .param("name", name)
                .query(Boolean.class)
                .single();
    }

    /**
     * Returns a page of collections by name.
     *
     * @param after the last name of the previous page; empty for the first page
     */
    List<CatalogueRow> list(String namespace, String after, int limit) {
        return jdbc.sql(
                        SELECT
                                + """
                                WHERE namespace = :namespace AND name > :after COLLATE "C"
                                ORDER BY name COLLATE "C"
                                LIMIT :limit
                                """)
                .param("namespace", namespace)
                .param("after", after)
                .param("limit", limit)
                .query(this::row)
                .list();
    }

    /** True if the collection's metadata is this JSON, whatever the order of its keys. */
    boolean hasMetadata(long id, Map<String, @Nullable Object> metadata) {
        return jdbc.sql("SELECT metadata = CAST(:metadata AS jsonb) FROM collection WHERE id = :id")
                .param("metadata", json.writeValueAsString(metadata))
                .param("id", id)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    CatalogueRow insert(String namespace, String name, CollectionSpec spec) {
        IndexSpec index = spec.index();
        long id =
                jdbc.sql(
                                """
                                INSERT INTO collection (
                                    namespace, name, model, dimension, metric, language,
                                    text_k1, text_b, text_title_weight, text_fold_accents,
                                    description, metadata, index_type, index_precision, index_m,
                                    index_ef_construction, index_lists)
                                VALUES (
                                    :namespace, :name, :model, :dimension, :metric, :language,
                                    :k1, :b, :titleWeight, :foldAccents, :description, CAST(:metadata AS jsonb), :type, :precision, :m,
                                    :efConstruction, :lists)
                                RETURNING id
                                """)
                        .param("namespace", namespace)
                        .param("name", name)
                        .param("model", spec.model())
                        .param("dimension", spec.dimension())
                        .param("metric", word(spec.metric()))
                        .param("language", spec.text().language())
                        .param("k1", spec.text().k1())
                        .param("b", spec.text().b())
                        .param("titleWeight", spec.text().titleWeight())
                        .param("foldAccents", spec.text().foldAccents())
                        .param("description", spec.description())
                        .param("metadata", json.writeValueAsString(spec.metadata()))
                        .param("type", word(index.type()))
                        .param("precision", word(index.precision()))
                        .param("m", index.m())
                        .param("efConstruction", index.efConstruction())
                        .param("lists", index.lists())
                        .query(Long.class)
                        .single();
        return byId(id).orElseThrow();
    }

    /**
     * Changes the fields that the patch has, and returns the row; empty if it no longer exists.
     *
     * @param indexTarget the index to build; null keeps the one that is being built
     */
    Optional<CatalogueRow> update(long id, CollectionPatch patch, @Nullable IndexSpec indexTarget) {
        TextRequest text = patch.text() == null ? TextRequest.NOTHING : patch.text();
        var metadata = patch.metadata();
        jdbc.sql(
                        """
                        UPDATE collection
                        SET description = CASE
                                WHEN CAST(:description AS text) IS NULL THEN description
                                ELSE nullif(:description, '') END,
                            metadata = coalesce(CAST(:metadata AS jsonb), metadata),
                            text_k1 = coalesce(CAST(:k1 AS double precision), text_k1),
                            text_b = coalesce(CAST(:b AS double precision), text_b),
                            index_target = coalesce(CAST(:target AS jsonb), index_target),
                            updated_at = now()
                        WHERE id = :id
                        """)
                .param("description", patch.description())
                .param("k1", text.k1())
                .param("b", text.b())
                .param("metadata", metadata == null ? null : json.writeValueAsString(metadata))
                .param("target", indexTarget == null ? null : json.writeValueAsString(indexTarget))
                .param("id", id)
                .update();
        return byId(id);
    }

    void rename(long id, String name) {
        jdbc.sql("UPDATE collection SET name = :name, updated_at = now() WHERE id = :id")
                .param("name", name)
                .param("id", id)
                .update();
    }

    /** Records that a collection has replaced another one. */
    void replaced(long id, long by) {
        jdbc.sql("UPDATE collection SET replaces = :id WHERE id = :by")
                .param("id", id)
                .param("by", by)
                .update();
    }

    /** True if a collection has replaced another one, directly or through others. */
    boolean hasReplaced(long id, long other) {
        return jdbc.sql(
                        """
                        WITH RECURSIVE step AS (
                            SELECT replaces FROM collection WHERE id = :id
                            UNION
                            SELECT before.replaces
                            FROM step JOIN collection AS before ON before.id = step.replaces
                        )
                        SELECT EXISTS (SELECT FROM step WHERE replaces = :other)
                        """)
                .param("id", id)
                .param("other", other)
                .query(Boolean.class)
                .single();
    }

    /** Cancels the pending change of the index. */
    void clearIndexTarget(long id) {
        jdbc.sql("UPDATE collection SET index_target = NULL WHERE id = :id")
                .param("id", id)
                .update();
    }

    /**
     * Makes the target the collection's index, unless another target has taken its place.
     *
     * @return whether the index was replaced
     */
    boolean swapIndex(long id, IndexSpec target) {
        return jdbc.sql(
                                """
                                UPDATE collection
                                SET index_type = :type, index_precision = :precision, index_m = :m,
                                    index_ef_construction = :efConstruction, index_lists = :lists,
                                    index_target = NULL, index_swapped_at = now(),
                                    updated_at = now()
                                WHERE id = :id AND index_target = CAST(:target AS jsonb)
                                """)
                        .param("type", word(target.type()))
                        .param("precision", word(target.precision()))
                        .param("m", target.m())
                        .param("efConstruction", target.efConstruction())
                        .param("lists", target.lists())
                        .param("id", id)
                        .param("target", json.writeValueAsString(target))
                        .update()
                == 1;
    }

    void clearIndexSwapped(long id) {
        jdbc.sql("UPDATE collection SET index_swapped_at = NULL WHERE id = :id")
                .param("id", id)
                .update();
    }

    /** Deletes a collection with its aliases, and records that its rows are to be dropped. */
    void delete(CollectionRef ref) {
        jdbc.sql(
                        """
                        INSERT INTO dropped_collection (id, dimension, metric, language)
                        SELECT id, dimension, metric, language FROM collection WHERE id = :id
                        """)
                .param("id", ref.id())
                .update();
        jdbc.sql("DELETE FROM collection WHERE id = :id").param("id", ref.id()).update();
    }

    void clearDropped(long id) {
        jdbc.sql("DELETE FROM dropped_collection WHERE id = :id").param("id", id).update();
    }

    List<CollectionRef> dropped(int limit) {
        return jdbc.sql(
                        """
                        SELECT id, dimension, metric, language FROM dropped_collection
                        ORDER BY id LIMIT :limit
                        """)
                .param("limit", limit)
                .query((row, _) ->
                        new CollectionRef(
                                row.getLong("id"),
                                "default",
                                row.getInt("dimension"),
                                constant(Metric.class, row.getString("metric")),
                                TextSpec.of(row.getString("language")),
                                IndexSpec.none()))
                .list();
    }

    /** Collections whose index is to be replaced. */
    List<CatalogueRow> withIndexTarget(int limit) {
        return jdbc.sql(SELECT + "WHERE index_target IS NOT NULL ORDER BY id LIMIT :limit")
                .param("limit", limit)
                .query(this::row)
                .list();
    }

    /**
     * Collections whose index was replaced at least this long ago, so that nobody uses the old one.
     */
    List<CatalogueRow> withSwappedIndex(Duration age, int limit) {
        return jdbc.sql(
                        SELECT
                                + """
                                WHERE index_swapped_at <= now() - make_interval(secs => :age)
                                ORDER BY id LIMIT :limit
                                """)
                .param("age", age.toMillis() / 1_000.0)
                .param("limit", limit)
                .query(this::row)
                .list();
    }

    /** All collections of all namespaces, by id. */
    List<CollectionRef> refs(long after, int limit) {
        return jdbc.sql(SELECT + "WHERE id > :after ORDER BY id LIMIT :limit")
                .param("after", after)
                .param("limit", limit)
                .query((row, number) -> row(row, number).collection().ref())
                .list();
    }

    Optional<CatalogueRow> byId(long id) {
        return jdbc.sql(SELECT + "WHERE id = :id").param("id", id).query(this::row).optional();
    }

    private CatalogueRow row(ResultSet row, int number) throws SQLException {
        var index =
                new IndexSpec(
                        constant(IndexSpec.Type.class, row.getString("index_type")),
                        constant(IndexSpec.Precision.class, row.getString("index_precision")),
                        row.getInt("index_m"),
                        row.getInt("index_ef_construction"),
                        row.getInt("index_lists"));
        var ref =
                new CollectionRef(
                        row.getLong("id"),
                        row.getString("namespace"),
                        row.getInt("dimension"),
                        constant(Metric.class, row.getString("metric")),
                        new TextSpec(
                                row.getString("language"),
                                row.getDouble("text_k1"),
                                row.getDouble("text_b"),
                                row.getInt("text_title_weight"),
                                row.getBoolean("text_fold_accents")),
                        index);
        String target = row.getString("index_target");
        var collection =
                new Collection(
                        ref,
                        row.getString("namespace"),
                        row.getString("name"),
                        row.getString("model"),
                        row.getString("description"),
                        json.readValue(row.getString("metadata"), OBJECT),
                        row.getObject("created_at", OffsetDateTime.class).toInstant(),
                        row.getObject("updated_at", OffsetDateTime.class).toInstant());
        return new CatalogueRow(
                collection, target == null ? null : json.readValue(target, IndexSpec.class));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }
}

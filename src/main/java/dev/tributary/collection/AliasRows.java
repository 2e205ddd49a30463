package dev.tributary.collection;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of the table {@code collection_alias}. */
@Component
class AliasRows {
    private final JdbcClient jdbc;

    AliasRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean exists(String namespace, String alias) {
        return jdbc.sql(
                        """
                        SELECT EXISTS (SELECT FROM collection_alias
                                       WHERE namespace = :namespace AND alias = :alias)
                        """)
                .param("namespace", namespace)
                .param("alias", alias)
                .query(Boolean.class)
                .single();
    }

    /** True if an alias points to {@code to}, directly or through other aliases. */
    boolean leadsTo(String namespace, String alias, String to) {
        return jdbc.sql(
                        """
                        WITH RECURSIVE step AS (
                            SELECT CAST(:alias AS text) AS alias
                            UNION
                            SELECT next.target_alias
                            FROM step
                            JOIN collection_alias AS next
                              ON next.namespace = :namespace AND next.alias = step.alias
                            WHERE next.target_alias IS NOT NULL
                        )
                        SELECT EXISTS (SELECT FROM step WHERE alias = :to)
                        """)
                .param("namespace", namespace)
                .param("alias", alias)
                .param("to", to)
                .query(Boolean.class)
                .single();
    }

    void pointToCollection(String namespace, String alias, long collectionId) {
        jdbc.sql(
                        """
                        INSERT INTO collection_alias (namespace, alias, collection_id)
                        VALUES (:namespace, :alias, :id)
                        ON CONFLICT (namespace, alias) DO UPDATE
                        SET collection_id = :id, target_alias = NULL, updated_at = now()
                        """)
                .param("namespace", namespace)
                .param("alias", alias)
                .param("id", collectionId)
                .update();
    }

    void pointToAlias(String namespace, String alias, String target) {
        jdbc.sql(
                        """
                        INSERT INTO collection_alias (namespace, alias, target_alias)
                        VALUES (:namespace, :alias, :target)
                        ON CONFLICT (namespace, alias) DO UPDATE
                        SET collection_id = NULL, target_alias = :target, updated_at = now()
                        """)
                .param("namespace", namespace)
                .param("alias", alias)
                .param("target", target)
                .update();
    }

    /** Points the aliases of a collection to another alias, which must exist. */
    void pointAllToAlias(String namespace, long collectionId, String target) {
        jdbc.sql(
                        """
                        UPDATE collection_alias
                        SET collection_id = NULL, target_alias = :target, updated_at = now()
                        WHERE namespace = :namespace AND collection_id = :id
                        """)
                .param("namespace", namespace)
                .param("target", target)
                .param("id", collectionId)
                .update();
    }

    /** Deletes an alias, and the aliases that point to it. */
    boolean delete(String namespace, String alias) {
        return jdbc.sql(
                                """
                                DELETE FROM collection_alias
                                WHERE namespace = :namespace AND alias = :alias
                                """)
                        .param("namespace", namespace)
                        .param("alias", alias)
                        .update()
                == 1;
    }

    /**
     * Returns a page of aliases by name.
     *
     * @param after the last alias of the previous page; empty for the first page
     */
    List<AliasAnswer> list(String namespace, String after, int limit) {
        return jdbc.sql(
                        """
                        SELECT a.namespace, a.alias, coalesce(a.target_alias, c.name) AS target
                        FROM collection_alias AS a
                        LEFT JOIN collection AS c ON c.id = a.collection_id
                        WHERE a.namespace = :namespace AND a.alias > :after COLLATE "C"
                        ORDER BY a.alias COLLATE "C"
                        LIMIT :limit
                        """)
                .param("namespace", namespace)
                .param("after", after)
                .param("limit", limit)
                .query((row, _) ->
                        new AliasAnswer(
                                row.getString("namespace"),
                                row.getString("alias"),
                                row.getString("target")))
                .list();
    }

    /** The aliases that point to a collection, directly or through others, by name. */
    List<String> of(long collectionId) {
        return jdbc.sql(
                        """
                        WITH RECURSIVE step AS (
                            SELECT namespace, alias FROM collection_alias
                            WHERE collection_id = :id
                            UNION
                            SELECT next.namespace, next.alias
                            FROM step
                            JOIN collection_alias AS next
                              ON next.namespace = step.namespace AND next.target_alias = step.alias
                        )
                        SELECT alias FROM step ORDER BY alias COLLATE "C"
                        """)
                .param("id", collectionId)
                .query((row, _) -> row.getString("alias"))
                .list();
    }
}

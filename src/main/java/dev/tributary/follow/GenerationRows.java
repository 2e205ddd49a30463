package dev.tributary.follow;

import dev.tributary.follow.GenerationRow.State;
import dev.tributary.vector.DerivedSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of the table {@code derived_generation}. Times are those of the database. */
@Component
class GenerationRows {
    private static final String COLUMNS =
            "collection_id, store, number, state, is_used, settings, job_id, trouble, drop_at";

    private static final String FREE = "lease_until IS NULL OR lease_until < clock_timestamp()";
    private static final String IS_KEY =
            "collection_id = :id AND store = :store AND number = :number";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    GenerationRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Creates a generation to be filled. */
    void insert(GenerationKey key, DerivedSettings settings, UUID job) {
        of(
                        key,
                        """
                        INSERT INTO derived_generation (collection_id, store, number, state, settings, job_id)
                        VALUES (:id, :store, :number, 'filling', CAST(:settings AS jsonb), :job)
                        """)
                .param("settings", json.writeValueAsString(settings))
                .param("job", job)
                .update();
    }

    Optional<GenerationRow> find(GenerationKey key) {
        return of(key, select("WHERE " + IS_KEY)).query(this::row).optional();
    }

    /** The generations of a collection in a store that are not retired, by number. */
    List<GenerationRow> live(long collection, String store) {
        return jdbc.sql(
                        select(
                                """
                                WHERE collection_id = :id AND store = :store AND state <> 'retired'
                                ORDER BY number
                                """))
                .param("id", collection)
                .param("store", store)
                .query(this::row)
                .list();
    }

    /** Generations that a job fills, or did when it ended. */
    List<GenerationRow> filling(int limit) {
        return jdbc.sql(select("WHERE state = 'filling' ORDER BY collection_id LIMIT :limit"))
                .param("limit", limit)
                .query(this::row)
                .list();
    }

    /** Broken generations that still have a follower. */
    List<GenerationRow> broken(int limit) {
        return jdbc.sql(
                        select(
                                """
                                WHERE state = 'broken' AND EXISTS (
                                    SELECT FROM chunk_follower AS follower
                                    WHERE follower.collection_id = derived_generation.collection_id
                                      AND name = store || '-g' || number)
                                LIMIT :limit
                                """))
                .param("limit", limit)
                .query(this::row)
                .list();
    }

    /** The generations of all collections that are not retired. */
    List<GenerationRow> followed() {
        return jdbc.sql(select("WHERE state <> 'retired' ORDER BY collection_id, store, number"))
                .query(this::row)
                .list();
    }

    /** Generations that may be dropped now. */
    List<GenerationRow> toDrop(int limit) {
        return jdbc.sql(
                        select(
                                """
                                WHERE state = 'retired' AND drop_at <= clock_timestamp()
                                ORDER BY drop_at, collection_id LIMIT :limit
                                """))
                .param("limit", limit)
                .query(this::row)
                .list();
    }

    /**
     * Takes leases that nobody has, and renews those that the owner has.
     *
     * @return the generations in step that the owner holds now
     */
    List<GenerationRow> renew(UUID owner, Set<String> stores, Duration length) {
        return lease(owner, stores, length, FREE + " OR lease_owner = :owner");
    }

    /**
     * Takes leases that nobody has.
     *
     * @return the generations in step that the owner holds now, and did not before
     */
    List<GenerationRow> take(UUID owner, Set<String> stores, Duration length) {
        return lease(owner, stores, length, FREE);
    }

    private List<GenerationRow> lease(
            UUID owner, Set<String> stores, Duration length, String which) {
        return jdbc.sql(
                        """
                        UPDATE derived_generation
                        SET lease_owner = :owner,
                            lease_until = clock_timestamp() + make_interval(secs => :length)
                        WHERE state = 'following' AND store IN (:stores) AND (%s)
                        RETURNING\s
                        """
                                        .formatted(which)
                                + COLUMNS)
                .param("owner", owner)
                .param("stores", stores)
                .param("length", length.toMillis() / 1_000.0)
                .query(this::row)
                .list();
    }

    /** Gives up the leases of an owner. */
    void release(UUID owner) {
        jdbc.sql(
                        """
                        UPDATE derived_generation SET lease_owner = NULL, lease_until = NULL
                        WHERE lease_owner = :owner
                        """)
                .param("owner", owner)
                .update();
    }

    /** Notes why a generation does not get ahead; null if it does. */
    void trouble(GenerationKey key, @Nullable String trouble) {
        of(
                        key,
                        """
                        UPDATE derived_generation
                        SET trouble = :trouble, trouble_at = CASE WHEN CAST(:trouble AS text) IS NOT NULL THEN clock_timestamp() END
                        WHERE trouble IS DISTINCT FROM :trouble AND
                        """
                                + IS_KEY)
                .param("trouble", trouble)
                .update();
    }

    /** Marks a generation in step as broken. */
    void broken(GenerationKey key, String why) {
        of(
                        key,
                        """
                        UPDATE derived_generation
                        SET state = 'broken', trouble = :why, trouble_at = clock_timestamp(),
                            lease_owner = NULL, lease_until = NULL
                        WHERE state = 'following' AND
                        """
                                + IS_KEY)
                .param("why", why)
                .update();
    }

    /**
     * Makes a filled generation the one that is searched.
     *
     * @return false if it is not being filled any more
     */
    boolean use(GenerationKey key, Duration dropAfter) {
        boolean isFilling =
                of(
                                key,
                                "SELECT 1 FROM derived_generation WHERE state = 'filling' AND "
                                        + IS_KEY
                                        + " FOR UPDATE")
                        .query(Integer.class)
                        .optional()
                        .isPresent();
        if (isFilling) {
            retire(key, "is_used AND number <> :number", dropAfter);
            of(
                            key,
                            """
                            UPDATE derived_generation
                            SET state = 'following', is_used = true, trouble = NULL, trouble_at = NULL
                            WHERE
                            """
                                    + IS_KEY)
                    .update();
        }
        return isFilling;
    }

    /** Retires a generation. */
    void retireFilling(GenerationKey key) {
        retire(key, "number = :number AND state = 'filling'", Duration.ZERO);
    }

    /** Retires every generation of a collection in a store. */
    void retireAll(long collection, String store) {
        retire(new GenerationKey(collection, store, 0), "true", Duration.ZERO);
    }

    private void retire(GenerationKey key, String which, Duration dropAfter) {
        of(
                        key,
                        """
                        UPDATE derived_generation
                        SET state = 'retired', is_used = false, lease_owner = NULL, lease_until = NULL,
                            drop_at = clock_timestamp() + make_interval(secs => :after)
                        WHERE collection_id = :id AND store = :store AND state <> 'retired' AND
                        """
                                + which
                                + " AND :number >= 0")
                .param("after", dropAfter.toMillis() / 1_000.0)
                .update();
    }

    /** Retires the generations of collections that are gone. */
    int retireOrphans() {
        return jdbc.sql(
                        """
                        UPDATE derived_generation AS orphan
                        SET state = 'retired', is_used = false, lease_owner = NULL, lease_until = NULL,
                            drop_at = clock_timestamp()
                        WHERE state <> 'retired' AND NOT EXISTS (
                            SELECT FROM collection WHERE collection.id = orphan.collection_id)
                        """)
                .update();
    }

    void delete(GenerationKey key) {
        of(key, "DELETE FROM derived_generation WHERE " + IS_KEY).update();
    }

    private StatementSpec of(GenerationKey key, String sql) {
        return jdbc.sql(sql)
                .param("id", key.collection())
                .param("store", key.store())
                .param("number", key.number());
    }

    private static String select(String rest) {
        return "SELECT " + COLUMNS + " FROM derived_generation " + rest;
    }

    private GenerationRow row(ResultSet row, int number) throws SQLException {
        OffsetDateTime dropAt = row.getObject("drop_at", OffsetDateTime.class);
        return new GenerationRow(
                row.getLong("collection_id"),
                row.getString("store"),
                row.getInt("number"),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getBoolean("is_used"),
                json.readValue(row.getString("settings"), DerivedSettings.class),
                row.getObject("job_id", UUID.class),
                row.getString("trouble"),
                dropAt == null ? null : dropAt.toInstant());
    }
}

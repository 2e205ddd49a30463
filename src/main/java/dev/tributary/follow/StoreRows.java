package dev.tributary.follow;

import dev.tributary.vector.DerivedSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of the table {@code derived_store}. */
@Component
class StoreRows {
    private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
            new TypeReference<>() {};

    private static final String SELECT =
            """
            SELECT collection_id, store, namespace, settings, job_id, verification, verified_at, created_at
            FROM derived_store
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    StoreRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Creates the row, or sets other settings; either way it is locked then. */
    void put(long collection, String store, String namespace, DerivedSettings settings) {
        jdbc.sql(
                        """
                        INSERT INTO derived_store (collection_id, store, namespace, settings, last_number)
                        SELECT :id, :store, :namespace, CAST(:settings AS jsonb), coalesce(max(number), 0)
                        FROM derived_generation WHERE collection_id = :id AND store = :store
                        ON CONFLICT (collection_id, store) DO UPDATE SET settings = excluded.settings
                        """)
                .param("id", collection)
                .param("store", store)
                .param("namespace", namespace)
                .param("settings", json.writeValueAsString(settings))
                .update();
    }

    Optional<StoreRow> find(long collection, String store) {
        return jdbc.sql(SELECT + "WHERE collection_id = :id AND store = :store")
                .param("id", collection)
                .param("store", store)
                .query(this::row)
                .optional();
    }

    /** The stores of a collection, by name. */
    List<StoreRow> list(long collection) {
        return jdbc.sql(SELECT + "WHERE collection_id = :id ORDER BY store")
                .param("id", collection)
                .query(this::row)
                .list();
    }

    /**
     * Takes the stores that were compared longer ago than that, or never; they count as compared
     * then.
     */
    List<StoreRow> takeToVerify(Duration age) {
        return jdbc.sql(
                        """
                        UPDATE derived_store SET verified_at = now()
                        WHERE coalesce(verified_at, created_at) < now() - make_interval(secs => :age)
                        RETURNING collection_id, store, namespace, settings, job_id, verification, verified_at,
                            created_at
                        """)
                .param("age", age.toMillis() / 1_000.0)
                .query(this::row)
                .list();
    }

    /** Hands out the number of the next generation; locks the row. Empty if there is no row. */
    Optional<Integer> nextNumber(long collection, String store) {
        return jdbc.sql(
                        """
                        UPDATE derived_store SET last_number = last_number + 1
                        WHERE collection_id = :id AND store = :store RETURNING last_number
                        """)
                .param("id", collection)
                .param("store", store)
                .query(Integer.class)
                .optional();
    }

    /** Notes the job that fills the last generation. */
    void filledBy(long collection, String store, UUID job) {
        jdbc.sql(
                        """
                        UPDATE derived_store SET job_id = :job
                        WHERE collection_id = :id AND store = :store
                        """)
                .param("job", job)
                .param("id", collection)
                .param("store", store)
                .update();
    }

    void verified(long collection, String store, Object verification) {
        jdbc.sql(
                        """
                        UPDATE derived_store SET verification = CAST(:verification AS jsonb), verified_at = now()
                        WHERE collection_id = :id AND store = :store
                        """)
                .param("verification", json.writeValueAsString(verification))
                .param("id", collection)
                .param("store", store)
                .update();
    }

    void delete(long collection, String store) {
        jdbc.sql("DELETE FROM derived_store WHERE collection_id = :id AND store = :store")
                .param("id", collection)
                .param("store", store)
                .update();
    }

    /** Deletes the rows of collections that are gone. */
    void deleteOrphans() {
        jdbc.sql(
                        """
                        DELETE FROM derived_store WHERE NOT EXISTS (
                            SELECT FROM collection WHERE collection.id = derived_store.collection_id)
                        """)
                .update();
    }

    private StoreRow row(ResultSet row, int number) throws SQLException {
        String verification = row.getString("verification");
        return new StoreRow(
                row.getLong("collection_id"),
                row.getString("store"),
                row.getString("namespace"),
                json.readValue(row.getString("settings"), DerivedSettings.class),
                row.getObject("job_id", UUID.class),
                verification == null ? null : json.readValue(verification, OBJECT),
                time(row, "verified_at"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

package dev.tributary.reembed;

import dev.tributary.vector.CollectionRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of the table {@code reembed}. */
@Component
class ReembedRows {
    private static final String SELECT =
            """
            SELECT job_id, namespace, source_id, target_id, is_target_kept,
                   switched_at IS NOT NULL AS is_switched
            FROM reembed
            """;

    private final JdbcClient jdbc;

    ReembedRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Reembedding reembedding) {
        jdbc.sql(
                        """
                        INSERT INTO reembed (job_id, namespace, source_id, target_id, is_target_kept)
                        VALUES (:job, :namespace, :source, :target, :isKept)
                        """)
                .param("job", reembedding.job())
                .param("namespace", reembedding.namespace())
                .param("source", reembedding.source())
                .param("target", reembedding.target())
                .param("isKept", reembedding.isTargetKept())
                .update();
    }

    Optional<Reembedding> find(UUID job) {
        return jdbc.sql(SELECT + "WHERE job_id = :job")
                .param("job", job)
                .query(ReembedRows::row)
                .optional();
    }

    /** The re-embedding whose source or target is this collection. */
    Optional<Reembedding> of(long collection) {
        return jdbc.sql(SELECT + "WHERE source_id = :id OR target_id = :id ORDER BY job_id LIMIT 1")
                .param("id", collection)
                .query(ReembedRows::row)
                .optional();
    }

    /** Lists re-embeddings, oldest first. */
    List<Reembedding> list(int limit) {
        return jdbc.sql(SELECT + "ORDER BY created_at, job_id LIMIT :limit")
                .param("limit", limit)
                .query(ReembedRows::row)
                .list();
    }

    void switched(UUID job) {
        jdbc.sql("UPDATE reembed SET switched_at = now() WHERE job_id = :job")
                .param("job", job)
                .update();
    }

    void delete(UUID job) {
        jdbc.sql("DELETE FROM reembed WHERE job_id = :job").param("job", job).update();
    }

    /** The number of chunks of a collection without content to embed; reads all chunks. */
    long withoutContent(CollectionRef collection) {
        return jdbc.sql(
                        "SELECT count(*) FROM chunk_%d WHERE content IS NULL"
                                .formatted(collection.id()))
                .query(Long.class)
                .single();
    }

    private static Reembedding row(ResultSet row, int number) throws SQLException {
        return new Reembedding(
                row.getObject("job_id", UUID.class),
                row.getString("namespace"),
                row.getLong("source_id"),
                row.getLong("target_id"),
                row.getBoolean("is_target_kept"),
                row.getBoolean("is_switched"));
    }
}

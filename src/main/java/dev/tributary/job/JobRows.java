package dev.tributary.job;

import dev.tributary.security.Caller;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of {@code embedding_job} for submitting, watching and cancelling jobs. */
@Component
class JobRows {
    private static final TypeReference<List<ItemError>> ERRORS = new TypeReference<>() {};
    private static final TypeReference<Map<String, @Nullable Object>> RESULT =
            new TypeReference<>() {};

    /** Never includes the payload, which may be large. */
    private static final String OVERVIEW =
            """
            id, namespace, collection_id, collection, kind, status, total, processed, failed, attempts,
            error, created_at, started_at, completed_at, processed - run_processed AS done,
            CASE WHEN status = 'running'
                THEN CAST(extract(epoch FROM now() - run_started_at) AS double precision)
            END AS run_seconds
            """;

    /**
     * The jobs of a caller: those of its namespace and, if it is confined to a tenant, of that
     * tenant.
     */
    private static final String OWN =
            "namespace = :namespace AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant)";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JobRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The number of unfinished jobs of a namespace, counted up to a maximum. */
    int unfinished(String namespace, int max) {
        return jdbc.sql(
                        """
                        SELECT count(*) FROM (
                            SELECT FROM embedding_job
                            WHERE namespace = :namespace AND status IN ('queued', 'running')
                            LIMIT :max) AS unfinished
                        """)
                .param("namespace", namespace)
                .param("max", max)
                .query(Integer.class)
                .single();
    }

    /**
     * Locks a key until the end of the transaction: nobody else can submit a job with it meanwhile.
     */
    void lockKey(long lock) {
        jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock(:lock)")
                .param("lock", lock)
                .query(Integer.class)
                .single();
    }

    /**
     * Cancels the waiting job of this key, and marks the running one as not to be retried.
     *
     * @return how many were cancelled
     */
    long replace(String namespace, String kind, byte[] key) {
        return jdbc
                .sql(
                        """
                        UPDATE embedding_job
                        SET is_replaced = true,
                            status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END,
                            completed_at = CASE status WHEN 'queued' THEN now() END,
                            payload_json = CASE status WHEN 'queued' THEN NULL ELSE payload_json END,
                            payload_bytes = CASE status WHEN 'queued' THEN NULL ELSE payload_bytes END,
                            error = CASE status WHEN 'queued' THEN 'replaced by a newer job' ELSE error END
                        WHERE namespace = :namespace AND kind = :kind AND dedup_key = :key
                            AND status IN ('queued', 'running')
                        RETURNING status
                        """)
                .param("namespace", namespace)
                .param("kind", kind)
                .param("key", key)
                .query(String.class)
                .list()
                .stream()
                .filter(JobStatus.CANCELLED.word()::equals)
                .count();
    }

    /** The unfinished jobs of these keys: at most one waiting and one running job for each. */
    List<UUID> unfinished(String namespace, String kind, List<byte[]> keys) {
        return jdbc.sql(
                        """
                        SELECT id FROM embedding_job
                        WHERE namespace = :namespace AND kind = :kind AND dedup_key IN (:keys)
                            AND status IN ('queued', 'running')
                        """)
                .param("namespace", namespace)
                .param("kind", kind)
                .param("keys", keys)
                .query((row, _) -> row.getObject(1, UUID.class))
                .list();
    }

    Job insert(JobRequest request, byte @Nullable [] key, int attemptsMax) {
        JobRequest.Target target = request.target();
        return jdbc.sql(
                        """
                        INSERT INTO embedding_job (
                            namespace, tenant, kind, collection_id, collection, dedup_key,
                            payload_json, payload_bytes, attempts_max)
                        VALUES (
                            :namespace, :tenant, :kind, :collectionId, :collection, :key, CAST(:json AS json),
                            :bytes, :attemptsMax)
                        RETURNING
                        """
                                + OVERVIEW)
                .param("namespace", request.namespace())
                .param("tenant", request.tenant())
                .param("kind", request.kind())
                .param("collectionId", target == null ? null : target.id())
                .param("collection", target == null ? null : target.name())
                .param("key", key)
                .param("json", toJson(request.json()))
                .param("bytes", request.bytes().length == 0 ? null : request.bytes())
                .param("attemptsMax", attemptsMax)
                .query((row, _) -> overview(row))
                .single();
    }

    private @Nullable String toJson(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        String text = json.writeValueAsString(value);
        JobRequest.requireSize(text.length());
        return text;
    }

    /** Finds a job with its failed items. */
    Optional<Job> find(Caller caller, UUID id) {
        return jdbc.sql(
                        "SELECT errors, result, "
                                + OVERVIEW
                                + "FROM embedding_job WHERE id = :id AND "
                                + OWN)
                .param("id", id)
                .param("namespace", caller.namespace())
                .param("tenant", caller.tenant())
                .query((row, _) -> whole(row))
                .optional();
    }

    List<Job> byIds(Collection<UUID> ids) {
        return jdbc.sql("SELECT " + OVERVIEW + "FROM embedding_job WHERE id IN (:ids)")
                .param("ids", ids)
                .query((row, _) -> overview(row))
                .list();
    }

    /** Lists jobs, newest first; jobs created at the same moment by id. */
    List<Job> list(JobQuery query, int limit) {
        JobCursor after = query.after();
        return jdbc.sql(
                        "SELECT "
                                + OVERVIEW
                                + """
                                FROM embedding_job
                                WHERE namespace = :namespace
                                    AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant)
                                    AND (CAST(:status AS text) IS NULL OR status = :status)
                                    AND (CAST(:kind AS text) IS NULL OR kind = :kind)
                                    AND (CAST(:collection AS text) IS NULL OR collection = :collection)
                                    AND (CAST(:afterId AS uuid) IS NULL
                                        OR (created_at, id) < (CAST(:afterTime AS timestamptz), CAST(:afterId AS uuid)))
                                ORDER BY created_at DESC, id DESC
                                LIMIT :limit
                                """)
                .param("namespace", query.caller().namespace())
                .param("tenant", query.caller().tenant())
                .param("status", query.status() == null ? null : query.status().word())
                .param("kind", query.kind())
                .param("collection", query.collection())
                .param("afterId", after == null ? null : after.id())
                .param("afterTime", after == null ? null : after.createdAt().toString())
                .param("limit", limit)
                .query((row, _) -> overview(row))
                .list();
    }

    /**
     * Cancels a waiting job, or requests the end of a running one.
     *
     * @return the job's new status; empty if there is no such job, or it is finished
     */
    Optional<JobStatus> cancel(Caller caller, UUID id) {
        return jdbc.sql(
                        """
                        UPDATE embedding_job
                        SET cancel_requested = true,
                            status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END,
                            completed_at = CASE status WHEN 'queued' THEN now() END,
                            payload_json = CASE status WHEN 'queued' THEN NULL ELSE payload_json END,
                            payload_bytes = CASE status WHEN 'queued' THEN NULL ELSE payload_bytes END
                        WHERE id = :id AND namespace = :namespace
                            AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant)
                            AND status IN ('queued', 'running')
                        RETURNING status
                        """)
                .param("id", id)
                .param("namespace", caller.namespace())
                .param("tenant", caller.tenant())
                .query(String.class)
                .optional()
                .map(JobStatus::parse);
    }

    private static Job overview(ResultSet row) throws SQLException {
        return job(row, null, List.of());
    }

    private Job whole(ResultSet row) throws SQLException {
        String result = row.getString("result");
        return job(
                row,
                result == null ? null : json.readValue(result, RESULT),
                json.readValue(row.getString("errors"), ERRORS));
    }

    private static Job job(
            ResultSet row, @Nullable Map<String, @Nullable Object> result, List<ItemError> errors)
            throws SQLException {
        Long total = row.getObject("total", Long.class);
        long processed = row.getLong("processed");
        var pace = Pace.of(row.getLong("done"), row.getObject("run_seconds", Double.class));
        return new Job(
                row.getObject("id", UUID.class),
                row.getString("namespace"),
                row.getObject("collection_id", Long.class),
                row.getString("collection"),
                row.getString("kind"),
                JobStatus.parse(row.getString("status")),
                total,
                processed,
                row.getLong("failed"),
                row.getInt("attempts"),
                pace.ratePerSecond(),
                total == null ? null : pace.etaSeconds(total - processed),
                row.getString("error"),
                result,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "started_at"),
                instant(row, "completed_at"),
                errors);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

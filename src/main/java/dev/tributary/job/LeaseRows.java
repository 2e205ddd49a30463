package dev.tributary.job;

import dev.tributary.security.Caller;
import dev.tributary.security.Caller.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The SQL of {@code embedding_job} for running jobs. Times are those of the database. Writes under
 * a lease happen only while it is held; each such method returns whether it was.
 */
@Component
class LeaseRows {
    /** The same lease, not a later one of the same job. */
    private static final String HELD =
            """
            WHERE id = :id AND lease_owner = :owner AND lease_number = :number AND status = 'running'
            """;

    /** Ends a lease; the statement sets the status. */
    private static final String LEFT = "lease_owner = NULL, lease_until = NULL,\n";

    private static final String FAILURES =
            """
            failed = failed + :failed,
            errors = CASE WHEN :failed = 0 THEN errors
                ELSE jsonb_path_query_array(errors || CAST(:errors AS jsonb), '$[0 to 99]') END,
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    /**
     * A worker's hold on a job.
     *
     * @param number number of the lease among those of the job
     */
    record Lease(UUID job, UUID owner, long number) {}

    /**
     * A job that was taken.
     *
     * @param caller the caller on whose behalf it runs
     * @param attempts number of attempts, including this one
     * @param isGivenUp whether it has been attempted often enough already
     * @param checkpoint JSON of the last checkpoint; null if there is none
     */
    record Claim(
            Lease lease,
            Caller caller,
            @Nullable Long collectionId,
            String kind,
            int attempts,
            boolean isGivenUp,
            @Nullable String checkpoint) {}

    /** A lease in the table. */
    record State(Lease lease, boolean isCancelRequested) {}

    LeaseRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Takes the job of these kinds that has been due longest; empty if there is none. */
    Optional<Claim> claim(UUID owner, Collection<String> kinds, Duration lease) {
        if (kinds.isEmpty()) {
            return Optional.empty();
        }
        return jdbc.sql(
                        """
                        WITH next AS (
                            SELECT id FROM embedding_job AS candidate
                            WHERE status IN ('queued', 'running')
                                AND coalesce(lease_until, next_attempt_at) <= now()
                                AND kind IN (:kinds)
                                AND (status = 'running' OR NOT EXISTS (
                                    SELECT FROM embedding_job AS other
                                    WHERE other.status = 'running'
                                        AND other.namespace = candidate.namespace
                                        AND other.kind = candidate.kind
                                        AND other.dedup_key = candidate.dedup_key))
                            ORDER BY coalesce(lease_until, next_attempt_at), id
                            LIMIT 1
                            FOR NO KEY UPDATE SKIP LOCKED)
                        UPDATE embedding_job AS job
                        SET status = 'running', lease_owner = :owner,
                            lease_until = now() + make_interval(secs => :lease),
                            lease_number = lease_number + 1, attempts = attempts + 1,
                            run_processed = processed, run_started_at = now(), heartbeat_at = now(),
                            started_at = coalesce(started_at, now()),
                            error = CASE WHEN attempts > 0 THEN error END
                        FROM next WHERE job.id = next.id
                        RETURNING job.id, lease_owner, lease_number, namespace, tenant, collection_id, kind,
                            attempts, attempts > attempts_max AS is_given_up, checkpoint
                        """)
                .param("owner", owner)
                .param("kinds", kinds)
                .param("lease", seconds(lease))
                .query((row, _) -> claim(row))
                .optional();
    }

    private static Claim claim(ResultSet row) throws SQLException {
        return new Claim(
                lease(row),
                new Caller(
                        row.getString("namespace"),
                        row.getString("tenant"),
                        EnumSet.allOf(Scope.class)),
                row.getObject("collection_id", Long.class),
                row.getString("kind"),
                row.getInt("attempts"),
                row.getBoolean("is_given_up"),
                row.getString("checkpoint"));
    }

    /**
     * Cancels jobs that no worker has and that must not be retried.
     *
     * @return the kind of each cancelled job
     */
    List<String> cancelAbandoned(int limit) {
        return jdbc.sql(
                        """
                        WITH abandoned AS (
                            SELECT id FROM embedding_job
                            WHERE status = 'running' AND (cancel_requested OR is_replaced)
                                AND coalesce(lease_until, next_attempt_at) <= now()
                            ORDER BY coalesce(lease_until, next_attempt_at), id
                            LIMIT :limit
                            FOR NO KEY UPDATE SKIP LOCKED)
                        UPDATE embedding_job AS job
                        SET status = 'cancelled', completed_at = now(), lease_owner = NULL,
                            lease_until = NULL, payload_json = NULL, payload_bytes = NULL,
                            error = CASE WHEN is_replaced THEN 'replaced by a newer job' END
                        FROM abandoned WHERE job.id = abandoned.id
                        RETURNING kind
                        """)
                .param("limit", limit)
                .query((row, _) -> row.getString("kind"))
                .list();
    }

    /**
     * Renews the leases of an owner, except those whose row is being written now: that write renews
     * them too, and may take long.
     */
    void renew(UUID owner, Duration lease) {
        jdbc.sql(
                        """
                        WITH mine AS (
                            SELECT id FROM embedding_job
                            WHERE lease_owner = :owner AND status = 'running'
                            FOR NO KEY UPDATE SKIP LOCKED)
                        UPDATE embedding_job AS job
                        SET lease_until = now() + make_interval(secs => :lease), heartbeat_at = now()
                        FROM mine WHERE job.id = mine.id
                        """)
                .param("owner", owner)
                .param("lease", seconds(lease))
                .update();
    }

    /** The leases of these jobs, whoever holds them; a job without a lease is left out. */
    List<State> states(Set<UUID> jobs) {
        return jdbc.sql(
                        """
                        SELECT id, lease_owner, lease_number, cancel_requested FROM embedding_job
                        WHERE id IN (:ids) AND status = 'running'
                        """)
                .param("ids", jobs)
                .query((row, _) -> new State(lease(row), row.getBoolean("cancel_requested")))
                .list();
    }

    /** Under a held lease: stores progress, unless the job was cancelled. */
    boolean advance(Lease lease, Progress progress, Duration renewal) {
        return under(
                                lease,
                                "UPDATE embedding_job SET\n"
                                        + FAILURES
                                        + """
                                        processed = processed + :more,
                                        attempts = CASE WHEN :more > 0 THEN 1 ELSE attempts END,
                                        error = CASE WHEN :more > 0 THEN NULL ELSE error END,
                                        checkpoint = CAST(:checkpoint AS jsonb),
                                        lease_until = greatest(
                                            lease_until, clock_timestamp() + make_interval(secs => :renewal))
                                        """
                                        + HELD
                                        + "AND NOT cancel_requested")
                        .param("failed", progress.failures().count())
                        .param("errors", json.writeValueAsString(progress.failures().first()))
                        .param("more", progress.processed())
                        .param("checkpoint", progress.checkpoint())
                        .param("renewal", seconds(renewal))
                        .update()
                == 1;
    }

    /** Under a held lease: stores the number of items, unless the job was cancelled. */
    boolean total(Lease lease, long total) {
        return under(
                                lease,
                                "UPDATE embedding_job SET total = :total\n"
                                        + HELD
                                        + "AND NOT cancel_requested")
                        .param("total", total)
                        .update()
                == 1;
    }

    /** Under a held lease: stores the result of the job, unless it was cancelled. */
    boolean result(Lease lease, String result) {
        return under(
                                lease,
                                "UPDATE embedding_job SET result = CAST(:result AS jsonb)\n"
                                        + HELD
                                        + "AND NOT cancel_requested")
                        .param("result", result)
                        .update()
                == 1;
    }

    /** Under a held lease: ends the job. */
    boolean finish(Lease lease, JobStatus status, @Nullable String error, Failures failures) {
        return under(
                                lease,
                                "UPDATE embedding_job SET\n"
                                        + FAILURES
                                        + LEFT
                                        + """
                                        status = :status, error = :error, completed_at = now(),
                                        payload_json = NULL, payload_bytes = NULL, checkpoint = NULL
                                        """
                                        + HELD)
                        .param("failed", failures.count())
                        .param("errors", json.writeValueAsString(failures.first()))
                        .param("status", status.word())
                        .param("error", error)
                        .update()
                == 1;
    }

    /**
     * Under a held lease: returns the job to the queue, or cancels it if it must not be retried.
     *
     * @param error the error to store; null keeps the current one
     * @param isCounted whether this attempt counts
     * @return the job's new status; empty if the lease was not held
     */
    Optional<JobStatus> requeue(
            Lease lease, Duration delay, @Nullable String error, boolean isCounted) {
        return under(
                        lease,
                        "UPDATE embedding_job SET\n"
                                + LEFT
                                + """
                                status = CASE WHEN is_over THEN 'cancelled' ELSE 'queued' END,
                                completed_at = CASE WHEN is_over THEN now() END,
                                payload_json = CASE WHEN is_over THEN NULL ELSE payload_json END,
                                payload_bytes = CASE WHEN is_over THEN NULL ELSE payload_bytes END,
                                attempts = CASE WHEN :isCounted THEN attempts
                                    ELSE greatest(attempts - 1, 0) END,
                                error = CASE WHEN is_replaced THEN 'replaced by a newer job'
                                    ELSE coalesce(:error, error) END,
                                next_attempt_at = now() + make_interval(secs => :delay)
                                """
                                        .replace("is_over", "cancel_requested OR is_replaced")
                                + HELD
                                + "RETURNING status")
                .param("delay", seconds(delay))
                .param("error", error)
                .param("isCounted", isCounted)
                .query(String.class)
                .optional()
                .map(JobStatus::parse);
    }

    /** Under a held lease: the attempts so far and their maximum, locked. */
    Optional<Attempts> attempts(Lease lease) {
        return under(
                        lease,
                        "SELECT attempts, attempts_max FROM embedding_job\n"
                                + HELD
                                + "FOR NO KEY UPDATE")
                .query((row, _) -> new Attempts(row.getInt(1), row.getInt(2)))
                .optional();
    }

    /** How often a job was attempted since its last progress, and the maximum. */
    record Attempts(int count, int max) {}

    byte @Nullable [] bytes(UUID job) {
        return jdbc.sql("SELECT payload_bytes FROM embedding_job WHERE id = :id")
                .param("id", job)
                .query((row, _) -> Optional.ofNullable(row.getBytes(1)))
                .optional()
                .flatMap(bytes -> bytes)
                .orElse(null);
    }

    @Nullable String json(UUID job) {
        return jdbc.sql("SELECT payload_json FROM embedding_job WHERE id = :id")
                .param("id", job)
                .query((row, _) -> Optional.ofNullable(row.getString(1)))
                .optional()
                .flatMap(text -> text)
                .orElse(null);
    }

    private StatementSpec under(Lease lease, String sql) {
        return jdbc.sql(sql)
                .param("id", lease.job())
                .param("owner", lease.owner())
                .param("number", lease.number());
    }

    private static Lease lease(ResultSet row) throws SQLException {
        return new Lease(
                row.getObject("id", UUID.class),
                row.getObject("lease_owner", UUID.class),
                row.getLong("lease_number"));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }
}

package dev.tributary.job;

import dev.tributary.sql.Transactions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Periodic maintenance of jobs, by any instance. */
@Component
class JobHousekeeping {
    private static final int BATCH_MAX = 1_000;

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final JobProperties properties;
    private final JobMetrics metrics;

    JobHousekeeping(
            JdbcClient jdbc,
            Transactions transactions,
            JobProperties properties,
            JobMetrics metrics) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.properties = properties;
        this.metrics = metrics;
    }

    /** Deletes a batch of old jobs, records why others wait, and counts the rest. */
    void run(Collection<String> kinds) {
        transactions.write("deletion of old jobs", _ -> deleteOld());
        transactions.write("check of waiting jobs", _ -> explainWaiting(kinds));
        metrics.queued(transactions.read("count of jobs", _ -> queued()));
    }

    private int deleteOld() {
        return jdbc.sql(
                        """
                        DELETE FROM embedding_job WHERE id IN (
                            SELECT id FROM embedding_job
                            WHERE completed_at < now() - make_interval(secs => :age)
                            ORDER BY completed_at LIMIT :limit)
                        """)
                .param("age", (double) properties.retention().toSeconds())
                .param("limit", BATCH_MAX)
                .update();
    }

    /**
     * Records why jobs of unknown kinds wait. An instance of another version may know their kind
     * and still take them.
     */
    private int explainWaiting(Collection<String> kinds) {
        List<String> known = new ArrayList<>(kinds);
        // The list must not be empty, and no kind has this name.
        known.add("");
        return jdbc.sql(
                        """
                        WITH stranded AS (
                            SELECT id FROM embedding_job
                            WHERE kind NOT IN (:known)
                                AND (status = 'queued' AND error IS NULL
                                    OR status = 'running' AND lease_until <= now()
                                        AND NOT cancel_requested AND NOT is_replaced)
                            LIMIT :limit
                            FOR NO KEY UPDATE SKIP LOCKED)
                        UPDATE embedding_job AS job
                        SET status = 'queued', lease_owner = NULL, lease_until = NULL,
                            error = 'waiting: the service has no worker for jobs of kind ' || kind
                        FROM stranded WHERE job.id = stranded.id
                        """)
                .param("known", known)
                .param("limit", BATCH_MAX)
                .update();
    }

    private long queued() {
        return jdbc.sql("SELECT count(*) FROM embedding_job WHERE status = 'queued'")
                .query(Long.class)
                .single();
    }
}

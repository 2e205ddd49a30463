package dev.tributary.reembed;

import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobRun;
import dev.tributary.sql.SqlFailures;
import dev.tributary.sql.Transactions;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Begins and ends to note the changes of collections, with patience: an index build or a long
 * transaction may have the table. Safe for use by many threads.
 */
@Component
class Following {
    /** A little longer than {@code deadlock_timeout}, after which a VACUUM lets others go first. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(1_200);

    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int ATTEMPTS_MAX = 300;

    private final Transactions transactions;
    private final ChangeRows changes;
    private final ReembedRows rows;

    Following(Transactions transactions, ChangeRows changes, ReembedRows rows) {
        this.transactions = transactions;
        this.changes = changes;
        this.rows = rows;
    }

    /**
     * Begins; does nothing if it has.
     *
     * @throws ServiceException {@code UNAVAILABLE} after half an hour
     */
    void begin(JobRun run, long collection) throws InterruptedException {
        patiently(
                run,
                () -> {
                    transactions.write(
                            "begin of following a collection",
                            _ -> {
                                changes.follow(collection, LOCK_WAIT);
                                return true;
                            });
                });
    }

    /** Ends; does nothing if it has. */
    void end(JobRun run, long collection) throws InterruptedException {
        patiently(run, () -> end(collection));
    }

    /** The same without patience. */
    void end(long collection) {
        transactions.write(
                "end of following a collection",
                _ -> {
                    changes.unfollow(collection, LOCK_WAIT);
                    return true;
                });
    }

    /** Forgets a re-embedding whose source is no longer followed, and what was noted for it. */
    void forget(Reembedding over) {
        boolean hasMore = true;
        while (hasMore) {
            hasMore =
                    transactions.write(
                            "deletion of changes", _ -> changes.deleteSome(over.source()));
        }
        transactions.write(
                "end of a re-embedding",
                _ -> {
                    rows.delete(over.job());
                    return true;
                });
    }

    private static void patiently(JobRun run, Runnable step) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            run.requireActive();
            try {
                step.run();
                return;
            } catch (ServiceException e) {
                if (!SqlFailures.isRepeatable(e) || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE);
        }
    }
}

package dev.tributary.reembed;

import dev.tributary.background.BackgroundTask;
import dev.tributary.collection.Replacements;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.Jobs;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeLog;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Cleans up after re-embeddings whose job was cancelled or has failed, on any instance. Several
 * instances may run at once.
 */
@Component
class ReembedSweep extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(ReembedSweep.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final int BATCH_MAX = 100;

    private final ReembedRows rows;
    private final Jobs jobs;
    private final Replacements replacements;
    private final ChangeLog changes;
    private final Transactions transactions;

    ReembedSweep(
            ReembedRows rows,
            Jobs jobs,
            Replacements replacements,
            ChangeLog changes,
            Transactions transactions) {
        super("re-embeddings", INTERVAL_AFTER_FAILURE);
        this.rows = rows;
        this.jobs = jobs;
        this.replacements = replacements;
        this.changes = changes;
        this.transactions = transactions;
    }

    @Override
    protected Duration round() {
        for (Reembedding each :
                transactions.read("list of re-embeddings", _ -> rows.list(BATCH_MAX))) {
            if (isOver(each)) {
                tidyUp(each);
            }
        }
        return INTERVAL;
    }

    /** Whether the job is over; a job that was deleted counts too. */
    private boolean isOver(Reembedding reembedding) {
        return jobs.find(Caller.unrestricted(reembedding.namespace()), reembedding.job())
                .map(job -> job.status().isFinished())
                .orElse(true);
    }

    /**
     * One that cannot be cleaned up now, because a transaction holds a lock for long, does not stop
     * the others.
     */
    private void tidyUp(Reembedding over) {
        try {
            if (!over.isSwitched() && !over.isTargetKept()) {
                replacements.delete(over.target());
            }
            changes.end(over.follower());
            transactions.write(
                    "end of a re-embedding",
                    _ -> {
                        rows.delete(over.job());
                        return true;
                    });
        } catch (ServiceException e) {
            log.warn("re-embedding {} is not cleaned up yet: {}", over.job(), e.getMessage());
        }
    }
}

package dev.tributary.sync;

import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Brings copies up to date with the changes of their sources. Safe for use by many threads. */
@Component
public class CatchUp {
    /** Most batches in one run, so that it ends even if writers are faster. */
    private static final int BATCHES_MAX = 1_000;

    private final ChangeLog log;

    CatchUp(ChangeLog log) {
        this.log = log;
    }

    /**
     * Catches up with what has been committed so far, in at most 1,000 batches. Each batch is
     * acknowledged together with the proof that the attempt still has its job.
     *
     * @param limit most changes of a batch
     * @throws dev.tributary.job.JobStopped if the job was cancelled or its lease lost
     * @throws dev.tributary.failure.ServiceException as {@link ChangeLog#next}, {@link
     *     ChangeLog#acknowledge} and the target
     */
    public void run(CopyRun copy, int limit) {
        for (int i = 0; i < BATCHES_MAX; i++) {
            copy.run().requireActive();
            ChangeBatch batch = log.next(copy.follower(), limit);
            if (batch.isEmpty() && batch.isLast()) {
                return;
            }
            copy.target()
                    .update(
                            batch.numbers(),
                            copy.step(failed -> {
                                log.acknowledge(batch, failed);
                                copy.requireLease();
                            }));
            if (batch.isLast()) {
                return;
            }
        }
    }

    /**
     * Catches up with all committed changes, in the transaction that is running in this thread.
     * After {@link ChangeLog#pauseWriters}, no more can follow.
     *
     * @param limit most changes of a batch
     * @param update brings the copy up to date with some chunks in the same transaction; returns
     *     false if it cannot do so now
     * @return false if an update could not be done; the remaining changes are then still pending
     * @throws dev.tributary.failure.ServiceException as {@link ChangeLog#next} and {@link
     *     ChangeLog#acknowledge}
     */
    public boolean runWithin(Follower follower, int limit, Predicate<List<UUID>> update) {
        ChangeBatch batch;
        do {
            batch = log.next(follower, limit);
            if (!batch.isEmpty() && !update.test(batch.chunks())) {
                return false;
            }
            log.acknowledge(batch);
        } while (!batch.isLast());
        return true;
    }
}

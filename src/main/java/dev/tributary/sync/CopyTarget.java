package dev.tributary.sync;

import dev.tributary.vector.StoredChunk;
import java.util.List;
import java.util.UUID;

/**
 * What a follower does with the chunks of its source: it writes them to a copy.
 *
 * <p>Everything may be repeated, so writes must be idempotent.
 */
public interface CopyTarget {
    /** The progress that belongs to some writes. */
    interface Step {
        /**
         * Proves, in the transaction that is running, that the attempt still has its job. A target
         * in the same database calls it in each transaction that does not call {@link #done}.
         *
         * @throws dev.tributary.job.JobStopped if not: then nothing more must be written
         */
        void requireLease();

        /**
         * Notes that all of it is written, and proves the same. A target in the same database calls
         * it last in the transaction of its writes, so that both happen or neither, and again when
         * that transaction is repeated. Any other target calls it once its writes are acknowledged.
         *
         * @throws dev.tributary.job.JobStopped as {@link #requireLease}
         */
        void done();
    }

    /**
     * Writes chunks as a page of the first copy read them. Later changes of them follow as {@link
     * #update}.
     *
     * @throws RuntimeException if they are not written; the step is not done then
     */
    void copy(List<StoredChunk> chunks, Step step);

    /**
     * Brings the copy up to date with chunks that changed: reads them from the source now, writes
     * those that are there, and deletes the others.
     *
     * @param ids each once
     * @throws RuntimeException if that fails; the step is not done then
     */
    void update(List<UUID> ids, Step step);
}

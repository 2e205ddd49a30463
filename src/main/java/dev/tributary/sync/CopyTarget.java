package dev.tributary.sync;

import dev.tributary.vector.Include;
import dev.tributary.vector.StoredChunk;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Where a follower writes the chunks of its source.
 *
 * <p>Every call may be repeated, so writes must be idempotent.
 */
public interface CopyTarget {
    /** The large parts of chunks that {@link #copy} needs. */
    Set<Include> include();

    /** The progress that belongs to some writes. */
    interface Step {
        /**
         * Proves, in the running transaction, that the attempt still has its job. A target in the
         * same database calls it in each transaction that does not call {@link #done}.
         *
         * @throws dev.tributary.job.JobStopped if it does not; nothing more must be written then
         */
        void requireLease();

        /**
         * Records that the step is written, and proves that the attempt still has its job. A target
         * in the same database calls it last in the transaction of its writes, so that both happen
         * or neither, and again if that transaction is repeated. Any other target calls it once its
         * writes are acknowledged.
         *
         * @throws dev.tributary.job.JobStopped as {@link #requireLease}
         */
        default void done() {
            done(Map.of());
        }

        /**
         * Does the same, and sets aside the chunks that could not be written; see {@link
         * ChangeLog#acknowledge(ChangeBatch, Map)}.
         *
         * @param failed why each could not be written
         */
        void done(Map<UUID, String> failed);
    }

    /**
     * Writes a page of the first copy. Later changes to these chunks follow through {@link
     * #update}.
     *
     * @throws RuntimeException if they are not written; the step is not done then
     */
    void copy(List<StoredChunk> chunks, Step step);

    /**
     * Brings the copy up to date with changed chunks: reads their current state from the source,
     * writes those that exist, and deletes the others.
     *
     * @param changes the changed chunks, each with its {@linkplain ChangeBatch#numbers number}
     * @throws RuntimeException if that fails; the step is not done then
     */
    void update(Map<UUID, Long> changes, Step step);
}

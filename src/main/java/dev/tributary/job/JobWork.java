package dev.tributary.job;

import dev.tributary.failure.ServiceException;

/**
 * What is done for the jobs of one kind. A bean of it is all it takes; it is used by many threads
 * at once.
 */
public interface JobWork {
    /** The kind of jobs it does: 1 to 63 of a-z, 0-9, _ and -; no other bean has the same. */
    String kind();

    /**
     * Does the job, from its checkpoint on, and returns only when all of it is done.
     *
     * <p>A run may end at any time, the process included, and another one goes on from the last
     * {@link JobRun#advance}: whatever was done after it is done again, and must then change
     * nothing. What is written to the database in the transaction of an {@code advance} happens
     * exactly once.
     *
     * <p>The thread is interrupted when the job is cancelled, its lease lost or the service
     * stopped. Loops that don't {@code advance} call {@link JobRun#requireActive}.
     *
     * @throws ServiceException of the kinds {@code UNAVAILABLE}, {@code OUTCOME_UNKNOWN} and {@code
     *     LIMITED}, as any other unchecked exception, lets the job be tried again later; of all
     *     others fails it at once
     * @throws InterruptedException if the thread was interrupted
     */
    void run(JobRun run) throws InterruptedException;
}

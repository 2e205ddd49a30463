package dev.tributary.job;

import dev.tributary.failure.ServiceException;

/**
 * The work of one kind of job. Declaring a bean registers it. It is used by many threads at once.
 */
public interface JobWork {
    /** The kind of job: 1 to 63 of a-z, 0-9, _ and -; unique among the beans. */
    String kind();

    /**
     * Does the job, starting from its checkpoint, and returns only when all of it is done.
     *
     * <p>A run, or the whole process, may end at any time. Another run then continues from the last
     * {@link JobRun#advance}: everything done after it is done again, so it must be idempotent.
     * Writes to the database in the transaction of an {@code advance} happen exactly once.
     *
     * <p>The thread is interrupted when the job is cancelled, its lease is lost or the service
     * stops. Loops that do not {@code advance} must call {@link JobRun#requireActive}.
     *
     * @throws ServiceException with {@code UNAVAILABLE}, {@code OUTCOME_UNKNOWN} or {@code LIMITED}
     *     to have the job retried later, as after any other unchecked exception; with any other
     *     kind, the job fails at once
     * @throws InterruptedException if the thread was interrupted
     */
    void run(JobRun run) throws InterruptedException;
}

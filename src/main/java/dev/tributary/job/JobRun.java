package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobStopped.Reason;
import dev.tributary.job.LeaseRows.Claim;
import dev.tributary.job.LeaseRows.Lease;
import dev.tributary.job.LeaseRows.State;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * One attempt at a job, as its work sees it. Confined to the thread that runs the work; other
 * threads may only call {@link #requireActive()} and {@link #id()}.
 *
 * <p>All writes happen under the job's lease: once it is lost, nothing is written, and {@link
 * JobStopped} is thrown instead.
 */
public final class JobRun {
    /** Most characters of a checkpoint's JSON. */
    static final int CHECKPOINT_MAX = 64 * 1024;

    private final Claim claim;
    private final LeaseRows rows;
    private final Transactions transactions;
    private final JsonMapper json;
    private final Duration leaseLength;

    private Failures failures = Failures.NONE;
    private boolean isFollowed;
    private @Nullable Thread thread;
    private volatile @Nullable Reason stopped;

    JobRun(
            Claim claim,
            LeaseRows rows,
            Transactions transactions,
            JsonMapper json,
            Duration leaseLength) {
        this.claim = claim;
        this.rows = rows;
        this.transactions = transactions;
        this.json = json;
        this.leaseLength = leaseLength;
    }

    public UUID id() {
        return claim.lease().job();
    }

    /** The caller on whose behalf the job runs. */
    public Caller caller() {
        return claim.caller();
    }

    /** The id of the job's collection; null if there is none. */
    public @Nullable Long collectionId() {
        return claim.collectionId();
    }

    /**
     * Reads the bytes given to {@link JobRequest#withBytes}, again on each call; empty if none.
     *
     * @throws ServiceException {@code UNAVAILABLE}
     */
    public byte[] payload() {
        byte[] bytes = transactions.read("read of a job's payload", _ -> rows.bytes(id()));
        return bytes == null ? new byte[0] : bytes;
    }

    /**
     * Reads the value given to {@link JobRequest#withJson}, again on each call.
     *
     * @throws ServiceException {@code UNAVAILABLE}
     * @throws IllegalStateException if no value was given
     */
    public <T> T payload(Class<T> type) {
        String text = transactions.read("read of a job's payload", _ -> rows.json(id()));
        if (text == null) {
            throw new IllegalStateException("job " + id() + " has no JSON payload");
        }
        return json.readValue(text, type);
    }

    /**
     * The checkpoint of the last {@link #advance} of an earlier attempt; null if there was none.
     */
    public <T> @Nullable T checkpoint(Class<T> type) {
        String text = claim.checkpoint();
        return text == null ? null : json.readValue(text, type);
    }

    /**
     * Stores the total number of items, durably.
     *
     * @param items 0 or more
     * @throws JobStopped if the job was cancelled or its lease lost
     * @throws ServiceException {@code UNAVAILABLE}, {@code OUTCOME_UNKNOWN}
     */
    public void total(long items) {
        if (items < 0) {
            throw new IllegalArgumentException("total is " + items + ", must be 0 or more");
        }
        requireActive();
        if (!transactions.write("total of a job", _ -> rows.total(claim.lease(), items))) {
            throw refused();
        }
    }

    /**
     * Stores the result of the job, durably, to be returned with the job. Joins the transaction
     * that is running in this thread.
     *
     * @param value a small value that is a JSON object; replaces that of an earlier call
     * @throws JobStopped if the job was cancelled or its lease lost
     * @throws ServiceException {@code UNAVAILABLE}, {@code OUTCOME_UNKNOWN}
     */
    public void result(Object value) {
        requireActive();
        String text = json.writeValueAsString(value);
        if (!transactions.write("result of a job", _ -> rows.result(claim.lease(), text))) {
            throw refused();
        }
    }

    /**
     * Stores how far the job has come, together with the items that have failed so far.
     *
     * <p>Joins the transaction of {@link Transactions} that is running in this thread. Work that
     * writes to the database calls this last in the same transaction: then both happen exactly
     * once, or neither, even if the process crashes. The job's row is locked from this call to the
     * end of the transaction.
     *
     * @param processedMore items processed since the last call, including failed ones; 0 or more
     * @param checkpoint where to continue; at most 64 KB as JSON
     * @throws JobStopped if the job was cancelled or its lease lost; the transaction must not be
     *     committed then, and is not if the exception propagates
     * @throws ServiceException {@code UNAVAILABLE}, {@code OUTCOME_UNKNOWN}
     */
    public void advance(long processedMore, Object checkpoint) {
        if (processedMore < 0) {
            throw new IllegalArgumentException(
                    "processedMore is " + processedMore + ", must be 0 or more");
        }
        String text = json.writeValueAsString(checkpoint);
        if (text.length() > CHECKPOINT_MAX) {
            throw new IllegalArgumentException(
                    "checkpoint has %,d characters, must be at most %,d"
                            .formatted(text.length(), CHECKPOINT_MAX));
        }
        requireActive();
        var progress = new Progress(processedMore, text, failures);
        if (!transactions.write(
                "progress of a job", _ -> rows.advance(claim.lease(), progress, leaseLength))) {
            throw refused();
        }
        set(Failures.NONE);
    }

    /**
     * Records that an item failed while the job goes on. It is stored with the next {@link
     * #advance}, or at the end of the job. If the attempt fails before that, the record is dropped,
     * as the item will be retried. The first 100 items are kept by name; all are counted.
     *
     * @param item name of the item; cut after 512 characters
     * @param message why it failed; cut after 2,000 characters
     */
    public void itemFailed(String item, String message) {
        set(failures.with(new ItemError(item, message)));
    }

    /**
     * Returns if the job may go on, otherwise throws. Costs nothing; notices a cancellation within
     * about {@code tributary.job.poll-interval}.
     *
     * @throws JobStopped if the job may not go on
     */
    public void requireActive() {
        Reason reason = stopped;
        if (reason != null) {
            throw new JobStopped(reason);
        }
    }

    /**
     * A failure that is recorded in a transaction is rolled back with it, as it may be run again.
     */
    private void set(Failures next) {
        if (TransactionSynchronizationManager.isActualTransactionActive() && !isFollowed) {
            Failures before = failures;
            isFollowed = true;
            TransactionSynchronizationManager.registerSynchronization(
                    new TransactionSynchronization() {
                        @Override
                        public void afterCompletion(int status) {
                            isFollowed = false;
                            if (status != STATUS_COMMITTED) {
                                failures = before;
                            }
                        }
                    });
        }
        failures = next;
    }

    /** Finds out why a write under the lease changed nothing. */
    private JobStopped refused() {
        Lease lease = claim.lease();
        List<State> states =
                transactions.read("look-up of a lease", _ -> rows.states(Set.of(id())));
        boolean isHeld = states.stream().anyMatch(state -> state.lease().equals(lease));
        stop(isHeld ? Reason.CANCELLED : Reason.LEASE_LOST);
        return new JobStopped(isHeld ? Reason.CANCELLED : Reason.LEASE_LOST);
    }

    Claim claim() {
        return claim;
    }

    Failures failures() {
        return failures;
    }

    /** Why the run must end; null if it may go on. */
    @Nullable Reason stopped() {
        return stopped;
    }

    /** Marks the start of the work, in this thread. */
    synchronized void begin() {
        thread = Thread.currentThread();
        if (stopped != null) {
            thread.interrupt();
        }
    }

    /** Marks the end of the work: its thread is not interrupted any more. */
    synchronized void end() {
        thread = null;
        // Clears the interrupt of a stop that came too late: what follows writes to the database.
        Thread.interrupted();
    }

    /** Asks the work to end. The first reason is kept. */
    synchronized void stop(Reason reason) {
        if (stopped == null) {
            stopped = reason;
        }
        if (thread != null && !thread.equals(Thread.currentThread())) {
            thread.interrupt();
        }
    }
}

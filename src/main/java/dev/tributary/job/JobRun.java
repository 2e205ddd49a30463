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
 * One attempt at a job, as its work sees it. It belongs to the thread that runs the work; others
 * may call {@link #requireActive()} and {@link #id()} only.
 *
 * <p>Whatever it writes is written under the job's lease: once that is lost, nothing is, and {@link
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

    /** On whose behalf the job is done. */
    public Caller caller() {
        return claim.caller();
    }

    /** The collection that the job is about; null if it is about none. */
    public @Nullable Long collectionId() {
        return claim.collectionId();
    }

    /**
     * Reads what {@link JobRequest#withBytes} was given, on each call anew; empty if nothing.
     *
     * @throws ServiceException {@code UNAVAILABLE}
     */
    public byte[] payload() {
        byte[] bytes = transactions.read("read of a job's payload", _ -> rows.bytes(id()));
        return bytes == null ? new byte[0] : bytes;
    }

    /**
     * Reads what {@link JobRequest#withJson} was given, on each call anew.
     *
     * @throws ServiceException {@code UNAVAILABLE}
     * @throws IllegalStateException if it was given nothing
     */
    public <T> T payload(Class<T> type) {
        String text = transactions.read("read of a job's payload", _ -> rows.json(id()));
        if (text == null) {
            throw new IllegalStateException("job " + id() + " has no JSON payload");
        }
        return json.readValue(text, type);
    }

    /** What the last {@link #advance} of an earlier attempt left; null if there was none. */
    public <T> @Nullable T checkpoint(Class<T> type) {
        String text = claim.checkpoint();
        return text == null ? null : json.readValue(text, type);
    }

    /**
     * Says how many items the job is about, durably.
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
     * Says what came of the job, durably, for whoever asks for the job. Joins the transaction that
     * is running in this thread.
     *
     * @param value small, and an object as JSON; replaces what an earlier call said
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
     * Writes down how far the job has come, together with the items that failed until now.
     *
     * <p>Joins the transaction of {@link Transactions} that is running in this thread. Work that
     * writes to the database does so in one with its {@code advance}, as the last thing in it: then
     * both happen, once, or neither, whatever becomes of the process. The job's row is locked from
     * here to the end of the transaction.
     *
     * @param processedMore items dealt with since the last call, those that failed among them; 0 or
     *     more
     * @param checkpoint where to go on from; at most 64 KB as JSON
     * @throws JobStopped if the job was cancelled or its lease lost: then the transaction must not
     *     be committed, and is not if it is let pass
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
     * Notes that an item failed while the job goes on. It is written down with the next {@link
     * #advance}, or at the end of the job; of an attempt that fails before, it is forgotten, as the
     * item will be tried again. The first 100 are kept by name, all of them are counted.
     *
     * @param item what it is called; cut after 512 characters
     * @param message why it failed; cut after 2,000 characters
     */
    public void itemFailed(String item, String message) {
        set(failures.with(new ItemError(item, message)));
    }

    /**
     * Returns if the job may go on. Costs nothing; notices a cancellation within about {@code
     * tributary.job.poll-interval}.
     *
     * @throws JobStopped if not
     */
    public void requireActive() {
        Reason reason = stopped;
        if (reason != null) {
            throw new JobStopped(reason);
        }
    }

    /** What is noted in a transaction is undone with it, as that may be run again. */
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

    /** Why a write under the lease changed nothing. */
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

    /** Why the run is to end; null if it may go on. */
    @Nullable Reason stopped() {
        return stopped;
    }

    /** The work begins, in this thread. */
    synchronized void begin() {
        thread = Thread.currentThread();
        if (stopped != null) {
            thread.interrupt();
        }
    }

    /** The work has ended: from here on, nobody interrupts its thread any more. */
    synchronized void end() {
        thread = null;
        // Of a stop that came too late to end it: what follows writes to the database.
        Thread.interrupted();
    }

    /** Asks the work to end. The first reason stays. */
    synchronized void stop(Reason reason) {
        if (stopped == null) {
            stopped = reason;
        }
        if (thread != null && !thread.equals(Thread.currentThread())) {
            thread.interrupt();
        }
    }
}

package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Submits, finds and cancels jobs. Safe for use by many threads. */
@Component
public final class Jobs {
    private final JobRows rows;
    private final Transactions transactions;
    private final JobProperties properties;
    private final JobSignal signal;
    private final JobMetrics metrics;

    Jobs(
            JobRows rows,
            Transactions transactions,
            JobProperties properties,
            JobSignal signal,
            JobMetrics metrics) {
        this.rows = rows;
        this.transactions = transactions;
        this.properties = properties;
        this.signal = signal;
        this.metrics = metrics;
    }

    /**
     * Queues a job, durably. Joins the running transaction: the job exists if and only if that is
     * committed, and starts after that.
     *
     * @return the job as it is now; a repeat creates another job, which replaces this one if both
     *     have the same key
     * @throws ServiceException {@code UNAVAILABLE} with the code {@code job_queue_full} if the
     *     namespace has too many unfinished jobs; {@code TOO_LARGE} for the payload; {@code
     *     UNAVAILABLE} and {@code OUTCOME_UNKNOWN} from the database
     */
    public Job submit(JobRequest request) {
        Job job = transactions.write("submission of a job", _ -> insert(request));
        wakeAfterCommit();
        return job;
    }

    private Job insert(JobRequest request) {
        String key = request.key();
        byte[] digest = key == null ? null : digest(request.tenant(), key);
        if (digest != null) {
            byte[] locked = digest(request.tenant(), request.namespace() + " " + key);
            rows.lockKey(ByteBuffer.wrap(locked).getLong());
            long cancelled = rows.replace(request.namespace(), request.kind(), digest);
            metrics.finished(request.kind(), JobStatus.CANCELLED, cancelled);
        }
        int max = properties.queueMax();
        if (rows.unfinished(request.namespace(), max) >= max) {
            throw ServiceException.unavailable(
                            "job_queue_full",
                            "namespace %s has %,d unfinished jobs, the most allowed"
                                    .formatted(request.namespace(), max))
                    .withHint("send it again once some are done; GET /jobs lists them");
        }
        return rows.insert(request, digest, properties.attemptsMax());
    }

    /** Wakes the workers after the commit: before it, none would find the job. */
    private void wakeAfterCommit() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            signal.wake();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        signal.wake();
                    }
                });
    }

    /**
     * Finds a job of the caller's namespace; jobs of other namespaces do not exist for it.
     *
     * @throws ServiceException {@code UNAVAILABLE}
     */
    public Optional<Job> find(Caller caller, UUID id) {
        return transactions.read("look-up of a job", _ -> rows.find(caller, id));
    }

    /**
     * Finds the unfinished jobs of these keys: at most one waiting and one running job for each.
     *
     * @param keys keys as given to {@link JobRequest#withKey}
     * @throws ServiceException {@code UNAVAILABLE}
     */
    public List<UUID> unfinished(Caller caller, String kind, List<String> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        List<byte[]> digests = keys.stream().map(key -> digest(caller.tenant(), key)).toList();
        return transactions.read(
                "look-up of jobs", _ -> rows.unfinished(caller.namespace(), kind, digests));
    }

    /**
     * Cancels a job: at once if it waits, otherwise as soon as its worker notices, which takes
     * about {@code tributary.job.poll-interval}. Until then its status is {@code RUNNING}, and it
     * may still succeed. Changes nothing if it is finished, so a repeat is safe.
     *
     * @return the job as it is now
     * @throws ServiceException {@code MISSING} if the caller's namespace has no such job; {@code
     *     UNAVAILABLE} and {@code OUTCOME_UNKNOWN}
     */
    public Job cancel(Caller caller, UUID id) {
        Optional<JobStatus> changed =
                transactions.write("cancellation of a job", _ -> rows.cancel(caller, id));
        Job job = require(caller, id);
        if (changed.filter(JobStatus.CANCELLED::equals).isPresent()) {
            metrics.finished(job.kind(), JobStatus.CANCELLED, 1);
        }
        return job;
    }

    /**
     * Cancels the unfinished ones of these jobs, as {@link #cancel} does. Joins the running
     * transaction: after its commit, none of the jobs commits anything.
     *
     * @param kind the kind of all of these jobs
     * @throws ServiceException {@code UNAVAILABLE} and {@code OUTCOME_UNKNOWN}
     */
    public void cancelAll(Caller caller, String kind, List<UUID> ids) {
        long cancelled =
                transactions.write(
                        "cancellation of jobs",
                        _ ->
                                ids.stream()
                                        .flatMap(id -> rows.cancel(caller, id).stream())
                                        .filter(JobStatus.CANCELLED::equals)
                                        .count());
        metrics.finished(kind, JobStatus.CANCELLED, cancelled);
    }

    /** Finds a job, or throws {@code MISSING}. */
    Job require(Caller caller, UUID id) {
        return find(caller, id)
                .orElseThrow(() ->
                        ServiceException.missing("job", id)
                                .withHint(
                                        "GET /jobs lists those of namespace "
                                                + caller.namespace()
                                                + "; finished ones are deleted after a while"));
    }

    /** A page of jobs, plus one job if there are more. */
    List<Job> list(JobQuery query) {
        return transactions.read("list of jobs", _ -> rows.list(query, query.limit() + 1));
    }

    /** The jobs with these ids that exist, in any order. */
    List<Job> byIds(Collection<UUID> ids) {
        return transactions.read("look-up of jobs", _ -> rows.byIds(ids));
    }

    /** The same key of two tenants means two different things. */
    private static byte[] digest(@Nullable String tenant, String key) {
        return sha256(tenant == null ? key : tenant + "\0\0" + key);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobStopped.Reason;
import dev.tributary.job.LeaseRows.Attempts;
import dev.tributary.job.LeaseRows.Claim;
import dev.tributary.job.LeaseRows.Lease;
import dev.tributary.sql.Transactions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Takes jobs, runs their work, and stores the outcome. Thread-safe. */
@Component
class JobAttempts {
    private static final Logger log = LoggerFactory.getLogger(JobAttempts.class);
    private static final int ABANDONED_MAX = 100;
    private static final int ERROR_MAX = 2_000;

    /**
     * A wait is randomly longer or shorter by up to this share, so jobs that failed together spread
     * out.
     */
    private static final double JITTER = 0.2;

    private final LeaseRows rows;
    private final HeldLeases held;
    private final Transactions transactions;
    private final JobProperties properties;
    private final JobMetrics metrics;
    private final JsonMapper json;

    JobAttempts(
            LeaseRows rows,
            HeldLeases held,
            Transactions transactions,
            JobProperties properties,
            JobMetrics metrics,
            JsonMapper json) {
        this.rows = rows;
        this.held = held;
        this.transactions = transactions;
        this.properties = properties;
        this.metrics = metrics;
        this.json = json;
    }

    /** Takes the job that has been due longest; empty if there is none. */
    Optional<Claim> claim(Collection<String> kinds) {
        List<String> abandoned =
                transactions.write(
                        "end of cancelled jobs", _ -> rows.cancelAbandoned(ABANDONED_MAX));
        abandoned.forEach(kind -> metrics.finished(kind, JobStatus.CANCELLED, 1));
        return transactions.write(
                "take-over of a job", _ -> rows.claim(held.owner(), kinds, properties.lease()));
    }

    /** Begins to renew the lease, until {@link #make} is done. */
    JobRun hold(Claim claim) {
        var run = new JobRun(claim, rows, transactions, json, properties.lease());
        held.add(run);
        return run;
    }

    void stopAll(Reason reason) {
        held.stopAll(reason);
    }

    /** Runs the work in this thread. Throws nothing. */
    void make(JobRun run, JobWork work) {
        try {
            if (run.claim().isGivenUp()) {
                int attempts = run.claim().attempts() - 1;
                finish(
                        run,
                        JobStatus.FAILED,
                        "given up after %d attempts: the process ended during each one"
                                .formatted(attempts));
                return;
            }
            settle(run, failureOf(run, work));
        } catch (ServiceException e) {
            log.warn("job {} resumes once its lease expires: {}", run.id(), e.getMessage());
        } catch (RuntimeException e) {
            log.error("job {} resumes once its lease expires", run.id(), e);
        } finally {
            held.remove(run);
        }
    }

    /**
     * What ended the work early; null if it is done. An {@link Error} ends the attempt, not the
     * service.
     */
    private static @Nullable Throwable failureOf(JobRun run, JobWork work) {
        run.begin();
        try {
            work.run(run);
            return null;
        } catch (InterruptedException | RuntimeException | Error e) {
            return e;
        } finally {
            run.end();
        }
    }

    private void settle(JobRun run, @Nullable Throwable failure) {
        Reason reason = run.stopped();
        if (failure == null) {
            finish(run, JobStatus.SUCCEEDED, null);
        } else if (reason != null) {
            end(run, reason);
        } else if (failure instanceof InterruptedException) {
            end(run, Reason.SHUTDOWN);
        } else if (isFinal(failure)) {
            finish(run, JobStatus.FAILED, message(failure));
        } else {
            retry(run, failure);
        }
    }

    private void end(JobRun run, Reason reason) {
        switch (reason) {
            case CANCELLED -> finish(run, JobStatus.CANCELLED, null);
            case LEASE_LOST -> log.info("job {} was taken over by another worker", run.id());
            case SHUTDOWN ->
                    requeued(
                            run,
                            transactions.write(
                                    "return of a job",
                                    _ ->
                                            rows.requeue(
                                                    run.claim().lease(),
                                                    Duration.ZERO,
                                                    null,
                                                    false)));
        }
    }

    private void finish(JobRun run, JobStatus status, @Nullable String error) {
        Lease lease = run.claim().lease();
        if (transactions.write(
                "end of a job", _ -> rows.finish(lease, status, error, run.failures()))) {
            metrics.finished(run.claim().kind(), status, 1);
        }
    }

    private void retry(JobRun run, Throwable failure) {
        String error = message(failure);
        if (failure instanceof ServiceException) {
            log.warn("job {} of kind {} failed: {}", run.id(), run.claim().kind(), error);
        } else {
            log.error("job {} of kind {} failed", run.id(), run.claim().kind(), failure);
        }
        Lease lease = run.claim().lease();
        requeued(
                run,
                transactions.write(
                        "retry of a job",
                        _ -> rows.attempts(lease).flatMap(made -> retry(run, made, error))));
    }

    private Optional<JobStatus> retry(JobRun run, Attempts made, String error) {
        Lease lease = run.claim().lease();
        if (made.count() < made.max()) {
            return rows.requeue(lease, withJitter(properties.backoff(made.count())), error, true);
        }
        String last = "given up after %d attempts: %s".formatted(made.count(), error);
        rows.finish(lease, JobStatus.FAILED, last, run.failures());
        return Optional.of(JobStatus.FAILED);
    }

    private void requeued(JobRun run, Optional<JobStatus> status) {
        status.filter(JobStatus::isFinished)
                .ifPresent(it -> metrics.finished(run.claim().kind(), it, 1));
    }

    private static Duration withJitter(Duration wait) {
        double factor = ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER);
        return Duration.ofMillis(Math.round(wait.toMillis() * factor));
    }

    /** Whether another attempt would fail too. */
    private static boolean isFinal(Throwable failure) {
        return failure instanceof ServiceException e
                && switch (e.kind()) {
                    case INVALID, IMPOSSIBLE, MISSING, CONFLICT, TOO_LARGE, UNSUPPORTED, DENIED ->
                            true;
                    case LIMITED, UNAVAILABLE, OUTCOME_UNKNOWN -> false;
                };
    }

    /** What callers may know: of a defect, only its name; the log has the rest. */
    private static String message(Throwable failure) {
        return failure instanceof ServiceException e
                ? ItemError.shortened(String.valueOf(e.getMessage()), ERROR_MAX)
                : "an internal error, see the log of the service: "
                        + failure.getClass().getSimpleName();
    }
}

package dev.tributary.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job.
 *
 * @param id identifies the job in calls
 * @param kind the kind of work
 * @param collection the job's collection, by the name given in the request
 * @param status queued, running, succeeded, failed or cancelled
 * @param total items in total; absent until known
 * @param processed items processed, including failed ones
 * @param failed items that failed
 * @param attempts attempts begun since the last progress
 * @param ratePerSecond items per second since the current attempt began; absent while unknown
 * @param etaSeconds seconds until the end at that rate; absent while unknown
 * @param error why the last attempt failed, or why the job waits
 * @param result its result, such as the names of collections; only if one job is requested
 * @param errors the first 100 items that failed; only if one job is requested
 * @param createdAt when it was submitted
 * @param startedAt when its first attempt began
 * @param completedAt when it succeeded, failed or was cancelled
 */
public record JobAnswer(
        UUID id,
        String kind,
        @Nullable String collection,
        JobStatus status,
        @Nullable Long total,
        long processed,
        long failed,
        int attempts,
        @Nullable Double ratePerSecond,
        @Nullable Long etaSeconds,
        @Nullable String error,
        @Nullable Map<String, @Nullable Object> result,
        @Nullable List<ItemError> errors,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {
    /** The job with its failed items and its result. */
    public static JobAnswer of(Job job) {
        return of(job, job.errors());
    }

    /** The job without its failed items. */
    static JobAnswer overview(Job job) {
        return of(job, null);
    }

    private static JobAnswer of(Job job, @Nullable List<ItemError> errors) {
        return new JobAnswer(
                job.id(),
                job.kind(),
                job.collection(),
                job.status(),
                job.total(),
                job.processed(),
                job.failed(),
                job.attempts(),
                job.ratePerSecond(),
                job.etaSeconds(),
                job.error(),
                job.result(),
                errors,
                job.createdAt(),
                job.startedAt(),
                job.completedAt());
    }
}

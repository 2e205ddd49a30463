package dev.tributary.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a job.
 *
 * @param collectionId id of the job's collection; null if there is none. It may have been dropped
 *     since
 * @param collection the collection's name as given in the request
 * @param total number of items; null until known
 * @param processed items processed, including failed ones
 * @param failed items that failed
 * @param attempts attempts begun since the last progress
 * @param ratePerSecond items per second of the current run; null unless the job runs and has made
 *     progress
 * @param etaSeconds seconds until it is done at that rate; null if rate or total is null
 * @param error why the last attempt failed, or why no worker takes the job; null if nothing is
 *     wrong
 * @param result result of the job; null for most jobs, and in an overview
 * @param startedAt when its first attempt began
 * @param errors the first 100 items that failed; empty in an overview
 */
public record Job(
        UUID id,
        String namespace,
        @Nullable Long collectionId,
        @Nullable String collection,
        String kind,
        JobStatus status,
        @Nullable Long total,
        long processed,
        long failed,
        int attempts,
        @Nullable Double ratePerSecond,
        @Nullable Long etaSeconds,
        @Nullable String error,
        @Nullable Map<String, @Nullable Object> result,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        List<ItemError> errors) {
    /** Most failed items that are kept by name. */
    public static final int ERRORS_MAX = 100;

    public Job {
        errors = List.copyOf(errors);
    }

    /** True if nothing but the passing of time differs between the two. */
    boolean isAsIn(Job other) {
        return status == other.status
                && processed == other.processed
                && failed == other.failed
                && attempts == other.attempts
                && Objects.equals(total, other.total)
                && Objects.equals(error, other.error);
    }
}

package dev.tributary.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stood when it was read.
 *
 * @param collectionId the collection it is about; null if it is about none. It may be dropped by
 *     now
 * @param collection the collection's name as it was given
 * @param total items it is about; null until that is known
 * @param processed items processed, including failed ones
 * @param failed items that failed
 * @param attempts begun since the last progress
 * @param ratePerSecond items per second of the present run; null unless it runs and has made
 *     progress
 * @param etaSeconds seconds until it is done at that rate; null where rate or total are
 * @param error why the last attempt failed, or why nobody takes it; null if nothing is wrong
 * @param result what came of it; null for most, and where only an overview was asked for
 * @param startedAt when its first attempt began
 * @param errors the first 100 items that failed; empty where only an overview was asked for
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
    /** Most items that failed which are remembered by name. */
    public static final int ERRORS_MAX = 100;

    public Job {
        errors = List.copyOf(errors);
    }

    /** True if nothing has happened between the two but that time went by. */
    boolean isAsIn(Job other) {
        return status == other.status
                && processed == other.processed
                && failed == other.failed
                && attempts == other.attempts
                && Objects.equals(total, other.total)
                && Objects.equals(error, other.error);
    }
}

package dev.tributary.document;

import dev.tributary.failure.ServiceException;
import dev.tributary.ingest.Wait;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of a put.
 *
 * @param async whether a job stores the document; null to decide by its size
 * @param indexTimeout how long to wait until every row is in the index; null not to wait
 */
record PutOptions(@Nullable Boolean async, @Nullable Duration indexTimeout) {
    /**
     * Validates the parameters of a request.
     *
     * @param waitTimeoutMs how long to wait, in milliseconds
     * @throws ServiceException {@code INVALID}
     */
    static PutOptions of(@Nullable Boolean async, @Nullable Wait wait, long waitTimeoutMs) {
        Duration timeout = Wait.timeout(waitTimeoutMs);
        if (Boolean.TRUE.equals(async) && wait != null) {
            throw ServiceException.invalid(
                    "wait", "cannot be combined with async=true, follow the job instead");
        }
        return new PutOptions(async, wait == null ? null : timeout);
    }

    /**
     * Whether a job stores the document. A put that waits for the index has no job.
     *
     * @param bytes the size of the document as it was sent
     */
    boolean isBackground(long bytes, DocumentProperties limits) {
        if (async != null) {
            return async;
        }
        return indexTimeout == null && limits.isForBackground(bytes);
    }
}

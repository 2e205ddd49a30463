package dev.tributary.document;

import dev.tributary.failure.ServiceException;
import dev.tributary.ingest.Wait;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a document is put.
 *
 * @param async whether by a job; null leaves it to the size
 * @param patience how long to wait until every row is in the index; null not to wait for it
 */
record Mode(@Nullable Boolean async, @Nullable Duration patience) {
    /**
     * Reads it from a request.
     *
     * @param waitTimeoutMs how long, in milliseconds, if there is a wait
     * @throws ServiceException {@code INVALID}
     */
    static Mode of(@Nullable Boolean async, @Nullable Wait wait, long waitTimeoutMs) {
        Duration timeout = Wait.timeout(waitTimeoutMs);
        if (Boolean.TRUE.equals(async) && wait != null) {
            throw ServiceException.invalid("wait", "goes without async=true: follow the job");
        }
        return new Mode(async, wait == null ? null : timeout);
    }

    /**
     * Whether a job is to store it. Who waits for the index has none, unless asked for.
     *
     * @param bytes of the document as it was sent
     */
    boolean isBackground(long bytes, DocumentProperties limits) {
        if (async != null) {
            return async;
        }
        return patience == null && limits.isForBackground(bytes);
    }
}

package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs of a namespace are listed; null restricts nothing.
 *
 * @param after the last job of the page before; null for the first page
 * @param limit most jobs, 1 to 1,000
 */
record JobQuery(
        String namespace,
        @Nullable JobStatus status,
        @Nullable String kind,
        @Nullable String collection,
        @Nullable JobCursor after,
        int limit) {
    static final int LIMIT_MAX = 1_000;

    JobQuery {
        Names.require("namespace", namespace);
        if (kind != null) {
            Names.require("kind", kind);
        }
        if (collection != null) {
            Names.require("collection", collection);
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            throw ServiceException.invalid(
                    "limit", "is %d, must be 1 to %,d".formatted(limit, LIMIT_MAX));
        }
    }
}

package dev.tributary.job;

import dev.tributary.failure.Bounds;
import dev.tributary.security.Caller;
import dev.tributary.security.Names;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs of a caller's namespace are listed; a null does not restrict.
 *
 * @param after the last job of the previous page; null for the first page
 * @param limit most jobs, 1 to 1,000
 */
record JobQuery(
        Caller caller,
        @Nullable JobStatus status,
        @Nullable String kind,
        @Nullable String collection,
        @Nullable JobCursor after,
        int limit) {
    static final int LIMIT_MAX = 1_000;

    JobQuery {
        if (kind != null) {
            Names.require("kind", kind);
        }
        if (collection != null) {
            Names.require("collection", collection);
        }
        Bounds.require("limit", limit, 1, LIMIT_MAX);
    }
}

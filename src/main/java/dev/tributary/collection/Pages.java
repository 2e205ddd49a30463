package dev.tributary.collection;

import dev.tributary.failure.Bounds;
import dev.tributary.security.Names;
import org.jspecify.annotations.Nullable;

/** Pages of a list ordered by name: the cursor is the last name. */
final class Pages {
    static final int LIMIT_MAX = 1_000;

    private Pages() {}

    /** The name that a page begins after; empty for the first page. */
    static String after(@Nullable String cursor) {
        return cursor == null ? "" : Names.require("cursor", cursor);
    }

    static void requireLimit(int limit) {
        Bounds.require("limit", limit, 1, LIMIT_MAX);
    }
}

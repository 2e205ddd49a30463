package dev.tributary.follow;

import org.jspecify.annotations.Nullable;

/**
 * How to rebuild a copy.
 *
 * @param snapshot true has the store keep a snapshot of the copy in use first, which takes as much
 *     disk again
 */
record RebuildRequest(@Nullable Boolean snapshot) {
    boolean isSnapshotTaken() {
        return snapshot != null && snapshot;
    }
}

package dev.tributary.vector;

import java.util.Optional;

/**
 * What became of chunks that a copy of their collection had found.
 *
 * @param result the nearest of them, and of those that have changed
 * @param unchanged how many of the given chunks have not changed since the position
 * @param changed how many chunks have, counted up to one more than {@link RecordStore#CHANGED_MAX};
 *     with more than that, the result has no hits
 * @param position how far the follower is now; empty if it was given up, or has ended
 */
public record Compared(
        SearchResult result, int unchanged, int changed, Optional<ChangePosition> position) {}

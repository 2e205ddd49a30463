package dev.tributary.vector;

import java.util.Optional;

/**
 * What became of chunks that a copy of their collection had found.
 *
 * @param result the nearest of them, and of those that have changed
 * @param unchanged how many of the given chunks exist, meet the filter and have not changed since
 *     the position; a threshold does not count
 * @param changes how many changes there were since then, of which several may be of one chunk; with
 *     more than {@link RecordStore#CHANGED_MAX}, no changed chunk was compared
 * @param position how far the follower is now; empty if it was given up, or has ended
 */
public record Compared(
        SearchResult result, int unchanged, int changes, Optional<ChangePosition> position) {}

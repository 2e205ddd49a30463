package dev.tributary.vector;

import org.jspecify.annotations.Nullable;

/**
 * What a collection holds now.
 *
 * @param chunks rows in it
 * @param bytes on disk, indexes included
 * @param progress of the index, 0..1; null unless {@code BUILDING}
 * @param freshRows that are not in the index yet, and compared one by one
 * @param etaSeconds until the running build is done, about; null where that is not known
 */
public record CollectionStats(
        long chunks,
        long bytes,
        IndexState indexState,
        @Nullable Double progress,
        long freshRows,
        @Nullable Double etaSeconds) {
    /** Whether approximate searches have an index to use. */
    public enum IndexState {
        /** There is none: searches are exact. */
        NONE,
        /** It is being built, or brought up to date: meanwhile the rest is compared row by row. */
        BUILDING,
        READY
    }
}

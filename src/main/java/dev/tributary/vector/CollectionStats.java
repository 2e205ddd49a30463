package dev.tributary.vector;

import org.jspecify.annotations.Nullable;

/**
 * What a collection holds now.
 *
 * @param chunks number of rows
 * @param bytes size on disk, including indexes
 * @param progress progress of the index, 0..1; null unless {@code BUILDING}
 * @param freshRows rows that are not in the index yet; searches compare them one by one
 * @param etaSeconds estimated seconds until the running build is done; null if not known
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
        /** There is no index: searches are exact. */
        NONE,
        /**
         * The index is being built or brought up to date. Rows not yet in it are compared one by
         * one.
         */
        BUILDING,
        READY
    }
}

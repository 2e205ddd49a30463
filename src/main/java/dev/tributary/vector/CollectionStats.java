package dev.tributary.vector;

import org.jspecify.annotations.Nullable;

/**
 * What a collection holds now.
 *
 * @param chunks rows in it
 * @param bytes on disk, indexes included
 * @param progress of a running index build, 0..1; null unless {@code BUILDING}
 */
public record CollectionStats(
        long chunks, long bytes, IndexState indexState, @Nullable Double progress) {
    /** Whether approximate searches have an index to use. */
    public enum IndexState {
        /** There is none: searches are exact. */
        NONE,
        /** It is being built: searches are exact, or served by the one it will replace. */
        BUILDING,
        READY
    }
}

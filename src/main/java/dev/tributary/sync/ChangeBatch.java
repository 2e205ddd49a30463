package dev.tributary.sync;

import java.util.List;
import java.util.UUID;

/**
 * Changes that a follower is told of together. Each names a chunk that was inserted, updated or
 * deleted; the follower then reads its current state from the collection. Immutable.
 */
public final class ChangeBatch {
    private final Follower follower;
    private final long version;
    private final Cursor after;
    private final List<UUID> chunks;

    /**
     * Holds one batch.
     *
     * @param version version of the cursor that the batch was read with
     * @param after where the cursor moves when the batch is acknowledged
     */
    ChangeBatch(Follower follower, long version, Cursor after, List<UUID> chunks) {
        this.follower = follower;
        this.version = version;
        this.after = after;
        this.chunks = chunks.stream().distinct().toList();
    }

    /** The chunks that changed, each once, in the order of their first change in the batch. */
    public List<UUID> chunks() {
        return chunks;
    }

    /** True if the batch reaches everything that was committed when it was read. */
    public boolean isLast() {
        return after.window() == null;
    }

    public boolean isEmpty() {
        return chunks.isEmpty();
    }

    Follower follower() {
        return follower;
    }

    long version() {
        return version;
    }

    Cursor after() {
        return after;
    }
}

package dev.tributary.sync;

import dev.tributary.sync.ChangeRows.Change;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Changes that a follower is told of together. Each names a chunk that was inserted, updated or
 * deleted; the follower then reads its current state from the collection. Immutable.
 */
public final class ChangeBatch {
    private final Follower follower;
    private final long version;
    private final Cursor after;
    private final Map<UUID, Long> numbers = new LinkedHashMap<>();

    /**
     * Holds one batch.
     *
     * @param version version of the cursor that the batch was read with
     * @param after where the cursor moves when the batch is acknowledged
     */
    ChangeBatch(Follower follower, long version, Cursor after, List<Change> changes) {
        this.follower = follower;
        this.version = version;
        this.after = after;
        changes.forEach(
                change -> numbers.merge(change.chunk(), change.position().number(), Math::max));
    }

    /** The chunks that changed, each once, in the order of their first change in the batch. */
    public List<UUID> chunks() {
        return List.copyOf(numbers.keySet());
    }

    /**
     * The same chunks, each with the number of its last change in the batch. Of two changes of a
     * chunk, the one that was committed later has the greater number, from 1.
     */
    public Map<UUID, Long> numbers() {
        return Collections.unmodifiableMap(numbers);
    }

    /** True if the batch reaches everything that was committed when it was read. */
    public boolean isLast() {
        return after.window() == null;
    }

    public boolean isEmpty() {
        return numbers.isEmpty();
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

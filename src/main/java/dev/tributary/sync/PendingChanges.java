package dev.tributary.sync;

import java.util.List;
import java.util.UUID;

/**
 * Chunks that a follower may not have in their current state.
 *
 * @param chunks each once
 * @param isAll false if there may be more changes than were read
 */
public record PendingChanges(List<UUID> chunks, boolean isAll) {
    public PendingChanges {
        chunks = List.copyOf(chunks);
    }
}

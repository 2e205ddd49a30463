package dev.tributary.vector;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one chunk of an upsert.
 *
 * @param error why it failed; null unless {@code FAILED}
 */
public record ChunkOutcome(UUID id, Status status, @Nullable String error) {
    /** What became of it. */
    public enum Status {
        CREATED,
        UPDATED,
        /** It was stored just so already; nothing was written. */
        UNCHANGED,
        FAILED
    }

    public static ChunkOutcome of(UUID id, Status status) {
        return new ChunkOutcome(id, status, null);
    }

    public static ChunkOutcome failed(UUID id, String error) {
        return new ChunkOutcome(id, Status.FAILED, error);
    }
}

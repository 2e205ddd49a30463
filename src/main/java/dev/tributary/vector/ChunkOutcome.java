package dev.tributary.vector;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one chunk of an upsert.
 *
 * @param error why the chunk failed; null unless {@code FAILED}
 */
public record ChunkOutcome(UUID id, Status status, @Nullable String error) {
    /** What happened to the chunk. */
    public enum Status {
        CREATED,
        UPDATED,
        /** An identical chunk was already stored; nothing was written. */
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

package dev.tributary.vector;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one source, taken together.
 *
 * @param key of a chunk of the source at position 0, which may not exist
 * @param title the {@code title} in the metadata of its first chunk, if that is text
 * @param chunks how many there are, 1 or more
 * @param contentHash SHA-256 of the chunks' content hashes in order of their positions, in hex: it
 *     changes with the content of any chunk. Null if no chunk has a hash
 * @param createdAt when its oldest chunk was created
 * @param updatedAt when its newest chunk was written
 */
public record SourceSummary(
        ChunkKey key,
        @Nullable String title,
        long chunks,
        @Nullable String contentHash,
        Instant createdAt,
        Instant updatedAt) {}

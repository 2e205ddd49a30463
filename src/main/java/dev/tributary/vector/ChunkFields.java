package dev.tributary.vector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be changed of a stored chunk without its content and its embedding. The components are
 * those of {@link Chunk}.
 */
public record ChunkFields(
        Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String aclDigest,
        Map<String, Double> boosts) {
    /** Those of a chunk that was read with its metadata. */
    public static ChunkFields of(StoredChunk chunk) {
        Map<String, @Nullable Object> metadata = chunk.metadata();
        return new ChunkFields(
                metadata == null ? Map.of() : metadata,
                chunk.tenant(),
                chunk.aclDigest(),
                chunk.boosts());
    }
}

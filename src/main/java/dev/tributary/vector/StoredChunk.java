package dev.tributary.vector;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk as it is stored. Content, metadata and embedding are null unless requested; the other
 * components are those of {@link Chunk}.
 */
public record StoredChunk(
        UUID id,
        ChunkKey key,
        @Nullable String content,
        @Nullable String contentHash,
        @Nullable Embedding embedding,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String aclDigest,
        @Nullable Object certRefs,
        Map<String, Double> boosts,
        @Nullable Integer tokenCount,
        @Nullable Parent parent,
        Instant createdAt,
        Instant updatedAt) {}

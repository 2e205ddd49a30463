package dev.tributary.ingest;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.StoredChunk;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stored chunk.
 *
 * @param id id of the chunk
 * @param sourceType kind of its source
 * @param sourceId its source
 * @param chunkIndex its position within the source, from 0
 * @param content its text, if included
 * @param metadata its metadata, if included
 * @param embedding its vector, if included
 * @param tenant row-level owner
 * @param aclDigest ACL digest in hexadecimal; absent if everybody may find the chunk
 * @param certRefs any JSON, as it was stored
 * @param boosts factors by name
 * @param contentHash SHA-256 of the content in hexadecimal
 * @param tokenCount tokens of the content, counted for the collection's model; absent if not
 *     counted
 * @param parentIndex chunk_index of the first chunk with the same parent; absent without a parent
 * @param parentContent text of the parent, returned with its first chunk only, if contents are
 *     included
 * @param createdAt when the chunk was first stored
 * @param updatedAt when the chunk last changed
 */
record ChunkBody(
        UUID id,
        String sourceType,
        String sourceId,
        int chunkIndex,
        @Nullable String content,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable Embedding embedding,
        @Nullable String tenant,
        @Nullable String aclDigest,
        @Nullable Object certRefs,
        @Nullable Map<String, Double> boosts,
        @Nullable String contentHash,
        @Nullable Integer tokenCount,
        @Nullable Integer parentIndex,
        @Nullable String parentContent,
        Instant createdAt,
        Instant updatedAt) {

    static ChunkBody of(StoredChunk chunk) {
        return new ChunkBody(
                chunk.id(),
                chunk.key().sourceType(),
                chunk.key().sourceId(),
                chunk.key().chunkIndex(),
                chunk.content(),
                chunk.metadata(),
                chunk.embedding(),
                chunk.tenant(),
                chunk.aclDigest(),
                chunk.certRefs(),
                chunk.boosts().isEmpty() ? null : chunk.boosts(),
                chunk.contentHash(),
                chunk.tokenCount(),
                chunk.parent() == null ? null : chunk.parent().index(),
                chunk.parent() == null ? null : chunk.parent().content(),
                chunk.createdAt(),
                chunk.updatedAt());
    }
}

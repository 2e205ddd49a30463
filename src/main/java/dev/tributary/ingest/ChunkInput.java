package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk to store. It needs content or an embedding.
 *
 * @param id a UUID; derived from source_type, source_id and chunk_index if absent
 * @param sourceType kind of source, 1 to 64 characters; document if absent
 * @param sourceId where the chunk comes from, any text of 1 to 512 characters; required
 * @param chunkIndex position within the source, from 0; 0 if absent
 * @param content its text, at most 1 MB
 * @param embedding its vector, an array of numbers or base64 of little-endian float32; the
 *     collection's model embeds the content if absent
 * @param metadata a JSON object, at most 64 KB
 * @param tenant row-level owner, 1 to 128 characters
 * @param aclDigest 1 to 64 bytes in hexadecimal: only searches that list it in acl find the chunk
 * @param certRefs any JSON, at most 64 KB, stored and returned unchanged
 * @param boosts factors by name, 0 or more; a search may multiply the chunk's score by one of them
 * @param contentHash SHA-256 of the content in hexadecimal; checked if there is content
 * @param parentIndex chunk_index of the first chunk with the same parent, at most the chunk's own
 * @param parentContent text of the parent, at most 1 MB, sent with its first chunk only
 * @param tokenCount tokens of the content, 0 or more; counted if the collection's model embeds it
 */
record ChunkInput(
        @Nullable UUID id,
        @Nullable String sourceType,
        @Nullable String sourceId,
        @Nullable Integer chunkIndex,
        @Nullable String content,
        @Nullable Embedding embedding,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String aclDigest,
        @Nullable Object certRefs,
        @Nullable Map<String, Double> boosts,
        @Nullable String contentHash,
        @Nullable Integer parentIndex,
        @Nullable String parentContent,
        @Nullable Integer tokenCount) {
    /** What identifies the chunk: its id, or the id derived from its source and position. */
    Object identity() {
        if (id != null) {
            return id;
        }
        String source = Objects.requireNonNullElse(sourceId, "");
        try {
            return new ChunkKey(
                            Objects.requireNonNullElse(sourceType, ChunkKey.SOURCE_TYPE_DEFAULT),
                            source,
                            Objects.requireNonNullElse(chunkIndex, 0))
                    .toId();
        } catch (ServiceException _) {
            // It will be refused anyway, so any identity will do.
            return source;
        }
    }
}

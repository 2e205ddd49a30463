package dev.tributary.vector;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk to be stored.
 *
 * @param content the text that the text leg searches; null if only a vector was given
 * @param contentHash SHA-256 of the content, 64 lower-case hexadecimal digits
 * @param metadata a JSON object: strings, numbers, booleans, lists, maps and nulls
 * @param tenant row-level owner
 * @param aclDigest lower-case hexadecimal digits; null if everybody may read the chunk
 * @param certRefs any JSON, stored and returned unchanged
 * @param boosts factors by name; a search may multiply the chunk's score by one of them
 * @param tokenCount tokens of the content, counted for the collection's model; null if not counted
 * @param parent the larger piece that the chunk is a part of; null for most chunks
 */
public record Chunk(
        UUID id,
        ChunkKey key,
        @Nullable String content,
        @Nullable String contentHash,
        Embedding embedding,
        Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String aclDigest,
        @Nullable Object certRefs,
        Map<String, Double> boosts,
        @Nullable Integer tokenCount,
        @Nullable Parent parent) {}

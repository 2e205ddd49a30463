package dev.tributary.vector;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk to be stored.
 *
 * @param content the text that the text leg searches; null where only a vector was given
 * @param contentHash SHA-256 of the content, 64 lower-case hexadecimal digits
 * @param metadata a JSON object: strings, numbers, booleans, lists, maps and nulls
 * @param tenant row-level owner
 * @param aclDigest lower-case hexadecimal digits; null means that everybody may read it
 * @param certRefs any JSON, kept and returned as it is
 * @param boosts factors by name that a search may multiply its score by
 * @param tokenCount of the content, by the collection's model; null where it was not counted
 * @param parent what it is a part of; null for most
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

package dev.tributary.vector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DerivedStore} is told of a chunk.
 *
 * @param chunk the chunk, whose content is not used
 * @param embedding its embedding
 * @param metadata its metadata
 * @param version grows with each change of the chunk, 0 or more
 * @param hash differs if anything does that the store keeps of the chunk
 */
public record DerivedChunk(
        StoredChunk chunk,
        Embedding embedding,
        Map<String, @Nullable Object> metadata,
        long version,
        String hash) {}

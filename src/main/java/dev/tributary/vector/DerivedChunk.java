package dev.tributary.vector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DerivedStore} is told of a chunk. The constructor throws {@link
 * IllegalArgumentException} if the version is out of range.
 *
 * @param chunk the chunk; its own content, embedding and metadata are not used, as they may be null
 * @param embedding its embedding
 * @param metadata its metadata
 * @param version grows with each change of the chunk, 0 to {@link #VERSION_MAX}
 * @param hash differs if anything does that the store keeps of the chunk
 */
public record DerivedChunk(
        StoredChunk chunk,
        Embedding embedding,
        Map<String, @Nullable Object> metadata,
        long version,
        String hash) {
    /** Versions may be compared as floating-point numbers. */
    public static final long VERSION_MAX = 1L << 53;

    /** Refuses a version out of range. */
    public DerivedChunk(
            StoredChunk chunk,
            Embedding embedding,
            Map<String, @Nullable Object> metadata,
            long version,
            String hash) {
        if (version < 0 || version > VERSION_MAX) {
            throw new IllegalArgumentException("version is " + version);
        }
        this.chunk = chunk;
        this.embedding = embedding;
        this.metadata = metadata;
        this.version = version;
        this.hash = hash;
    }
}

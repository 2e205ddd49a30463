package dev.tributary.cli.read;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The compared parts of a chunk.
 *
 * @param id id of the chunk
 * @param embedding {@code float[dimension]}; null if the source has none, so that any embedding
 *     matches
 * @param content its text, or null
 */
@SuppressWarnings("ArrayRecordComponent") // A million of them, and never written to.
public record ChunkParts(UUID id, float @Nullable [] embedding, @Nullable String content) {
    /**
     * Adds the chunk to a checksum: the 16 bytes of the id, the number of components and the
     * components, the number of bytes of the content and the content in UTF-8. Numbers are int32
     * and float32, little-endian; the number is -1 if there is no embedding or no content.
     */
    public void addTo(MessageDigest digest) {
        float[] components = embedding == null ? new float[0] : embedding;
        byte[] text = content == null ? new byte[0] : content.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(16 + 4 + components.length * Float.BYTES + 4)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(embedding == null ? -1 : components.length);
        for (float component : components) {
            bytes.putFloat(component);
        }
        bytes.putInt(content == null ? -1 : text.length);
        digest.update(bytes.array());
        digest.update(text);
    }

    /** The approximate memory that it takes. */
    public long bytes() {
        return 64
                + (embedding == null ? 0 : (long) embedding.length * Float.BYTES)
                + (content == null ? 0 : content.length());
    }

    /** The stored chunk, without its embedding if this has none to compare it with. */
    public ChunkParts comparable(ChunkParts stored) {
        return embedding == null ? new ChunkParts(stored.id, null, stored.content) : stored;
    }

    /** How the stored chunk differs from this; null if it does not. */
    public @Nullable String difference(@Nullable ChunkParts stored) {
        if (stored == null) {
            return "is not stored";
        }
        if (!Objects.equals(content, stored.content)) {
            return stored.content == null
                    ? "is stored without content"
                    : "is stored with different content";
        }
        return embedding == null ? null : difference(embedding, stored.embedding);
    }

    private static @Nullable String difference(float[] here, float @Nullable [] there) {
        if (there == null) {
            return "is stored without embedding";
        }
        if (here.length != there.length) {
            return "has %,d dimensions, but the stored embedding has %,d"
                    .formatted(here.length, there.length);
        }
        for (int i = 0; i < here.length; i++) {
            if (Float.floatToIntBits(here[i]) != Float.floatToIntBits(there[i])) {
                return "has %s at position %d of the embedding, but %s is stored"
                        .formatted(here[i], i, there[i]);
            }
        }
        return null;
    }
}

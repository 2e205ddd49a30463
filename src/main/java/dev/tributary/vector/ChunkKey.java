package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Where a chunk comes from; unique within a collection. The constructor throws {@code INVALID} for
 * text that cannot be stored ({@link TextRules}); {@link #toId()} relies on that.
 *
 * @param sourceType kind of source, such as {@code document}, 1 to 64 characters
 * @param sourceId any text of 1 to 512 characters, such as {@code guides/hnsw.md}
 * @param chunkIndex position within the source, from 0
 */
public record ChunkKey(String sourceType, String sourceId, int chunkIndex) {
    public static final String SOURCE_TYPE_DEFAULT = "document";
    public static final int SOURCE_TYPE_LENGTH_MAX = 64;
    public static final int SOURCE_ID_LENGTH_MAX = 512;

    /**
     * Namespace of the generated ids. It must never change, or every repeated import would
     * duplicate.
     */
    private static final UUID NAMESPACE = UUID.fromString("7d7b1c5e-2f0a-5c1e-9b57-0b1f3f6a4c21");

    public ChunkKey {
        TextRules.within("sourceType", sourceType, SOURCE_TYPE_LENGTH_MAX);
        TextRules.within("sourceId", sourceId, SOURCE_ID_LENGTH_MAX);
        if (chunkIndex < 0) {
            throw ServiceException.invalid(
                    "chunkIndex", "is " + chunkIndex + ", must be 0 or more");
        }
    }

    /**
     * The id of a chunk that was given none: a version 5 UUID (RFC 9562) of the three parts. The
     * same source gets the same ids in every collection, so importing twice changes nothing. The
     * parts are separated by U+0000, which none of them can contain.
     */
    public UUID toId() {
        byte[] name =
                (sourceType + '\0' + sourceId + '\0' + chunkIndex).getBytes(StandardCharsets.UTF_8);
        ByteBuffer digest =
                ByteBuffer.wrap(
                        sha1().digest(
                                        ByteBuffer.allocate(16 + name.length)
                                                .putLong(NAMESPACE.getMostSignificantBits())
                                                .putLong(NAMESPACE.getLeastSignificantBits())
                                                .put(name)
                                                .array()));
        long high = (digest.getLong() & ~0xF000L) | 0x5000L;
        long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}

package dev.tributary.embedding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a model's identity and a text, 64 bits at a time, so that no text is kept. */
record CacheKey(long first, long second, long third, long fourth) {
    static CacheKey of(String identity, String text) {
        MessageDigest sha256 = sha256();
        sha256.update(identity.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        sha256.update(TextTokenizer.wellFormed(text).getBytes(StandardCharsets.UTF_8));
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new CacheKey(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    /** Returns the key as 64 hexadecimal digits. */
    String hex() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(first)
                + hex.toHexDigits(second)
                + hex.toHexDigits(third)
                + hex.toHexDigits(fourth);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

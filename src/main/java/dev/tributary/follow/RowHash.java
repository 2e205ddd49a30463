package dev.tributary.follow;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.StoredChunk;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The hash of what a derived store keeps of a chunk: equal for equal chunks, on every instance and
 * after every restart. Pure functions.
 */
final class RowHash {
    /** Enough to tell the rows of any collection apart, and short in each point. */
    private static final int BYTES = 16;

    private RowHash() {}

    /**
     * Returns 32 hexadecimal digits.
     *
     * @param chunk with its embedding and metadata
     */
    static String of(StoredChunk chunk) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            embedding(out, chunk.embedding());
            value(out, chunk.metadata());
            text(out, chunk.tenant());
            text(out, chunk.aclDigest());
            text(out, chunk.key().sourceType());
            text(out, chunk.key().sourceId());
            out.writeInt(chunk.key().chunkIndex());
            value(out, chunk.parent() == null ? null : chunk.parent().index());
            time(out, chunk.createdAt());
            time(out, chunk.updatedAt());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(sha256(bytes.toByteArray()), 0, BYTES);
    }

    private static void embedding(DataOutputStream out, @Nullable Embedding embedding)
            throws IOException {
        if (embedding == null) {
            throw new IllegalArgumentException("the chunk came without its embedding");
        }
        for (float component : embedding.toArray()) {
            out.writeFloat(component);
        }
    }

    private static void time(DataOutputStream out, Instant time) throws IOException {
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    private static void text(DataOutputStream out, @Nullable String text) throws IOException {
        value(out, text);
    }

    /** Each value with its type, and each list with its length, so that no two are alike. */
    private static void value(DataOutputStream out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeByte('0');
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach(
                        (key, each) -> sorted.put((String) key, each == null ? Null.NULL : each));
                out.writeByte('{');
                out.writeInt(sorted.size());
                for (Map.Entry<String, Object> entry : sorted.entrySet()) {
                    value(out, entry.getKey());
                    value(out, entry.getValue() == Null.NULL ? null : entry.getValue());
                }
            }
            case List<?> list -> {
                out.writeByte('[');
                out.writeInt(list.size());
                for (Object each : list) {
                    value(out, each);
                }
            }
            case String text -> scalar(out, 's', text);
            case Boolean bool -> scalar(out, 'b', bool.toString());
            case Number number -> scalar(out, 'n', number.toString());
            default -> throw new IllegalArgumentException("no JSON: " + value.getClass());
        }
    }

    private enum Null {
        NULL
    }

    private static void scalar(DataOutputStream out, char type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(type);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

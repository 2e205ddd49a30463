package dev.tributary.follow;

import dev.tributary.vector.ChunkIds;
import dev.tributary.vector.RecordStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The hashes of one side, in the order of ids, read page by page. For one walk. */
final class HashedSide {
    /** Reads a page of hashes. */
    interface Pages {
        /**
         * Returns the hashes of chunks after an id, in the order of ids; fewer than the limit only
         * at the end.
         */
        Map<UUID, String> page(@Nullable UUID after, int limit);
    }

    private static final int PAGE = RecordStore.BATCH_MAX;

    private final Pages pages;
    private final MessageDigest digest = sha256();
    private Iterator<Map.Entry<UUID, String>> page;
    private boolean isLast;
    private Map.@Nullable Entry<UUID, String> current;

    HashedSide(Pages pages) {
        this.pages = pages;
        page = read(null);
        next();
    }

    private Iterator<Map.Entry<UUID, String>> read(@Nullable UUID after) {
        Map<UUID, String> read = pages.page(after, PAGE);
        isLast = read.size() < PAGE;
        return read.entrySet().iterator();
    }

    /** The chunk that the walk has come to; null at the end. */
    Map.@Nullable Entry<UUID, String> current() {
        return current;
    }

    /** Moves on. */
    void next() {
        Map.Entry<UUID, String> passed = current;
        if (!page.hasNext() && !isLast && passed != null) {
            page = read(passed.getKey());
        }
        current = page.hasNext() ? page.next() : null;
        if (current != null) {
            UUID id = current.getKey();
            digest.update(
                    ByteBuffer.allocate(16)
                            .putLong(id.getMostSignificantBits())
                            .putLong(id.getLeastSignificantBits())
                            .array());
            digest.update(current.getValue().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The digest of everything that was passed, as hexadecimal digits. Call it at the end. */
    String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Orders the chunks that two walks have come to; one at its end is last. */
    static int compare(HashedSide one, HashedSide other) {
        Map.Entry<UUID, String> left = one.current;
        Map.Entry<UUID, String> right = other.current;
        if (left == null || right == null) {
            return Boolean.compare(left == null, right == null);
        }
        return ChunkIds.ORDER.compare(left.getKey(), right.getKey());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

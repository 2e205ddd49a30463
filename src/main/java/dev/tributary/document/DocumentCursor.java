package dev.tributary.document;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.ChunkKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a page of documents ended: the source of its last one, which may be deleted by now. */
final class DocumentCursor {
    private DocumentCursor() {}

    /** Opaque to clients, and safe in a URL. No part of a source contains the separator, U+0000. */
    static String of(ChunkKey source) {
        byte[] text =
                (source.sourceType() + "\0" + source.sourceId()).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /**
     * Reads what {@link #of} wrote; null for the first page.
     *
     * @throws ServiceException {@code INVALID} for anything else
     */
    static @Nullable ChunkKey parse(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        try {
            var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            int separator = text.indexOf('\0');
            if (separator < 0) {
                throw invalid();
            }
            return new ChunkKey(text.substring(0, separator), text.substring(separator + 1), 0);
        } catch (IllegalArgumentException | CharacterCodingException | ServiceException _) {
            throw invalid();
        }
    }

    private static ServiceException invalid() {
        return ServiceException.invalid("cursor", "is not the next_cursor of a page");
    }
}

package dev.tributary.document;

import dev.tributary.document.SourceDocument.Labels;
import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.extract.Content;
import dev.tributary.document.extract.ContentType;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.TextRules;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * A document to store. It replaces the document with the same source_type and source_id.
 *
 * @param content the text, at most 32 MB; a PDF in base64; required
 * @param title stored as metadata.title of every chunk and included in text search; at most 1,024
 *     characters. Default: metadata.title, else the title of the front matter, HTML page or PDF,
 *     else the first heading of level 1
 * @param contentType text/plain, text/markdown, text/html or application/pdf; default by the
 *     extension of source_id, else text/plain
 * @param metadata a JSON object that is stored with every chunk, at most 64 KB; its keys take
 *     precedence over those extracted from the document (front matter, headings, page, page_end)
 * @param tenant row-level owner, 1 to 128 characters
 * @param sourceType kind of source, 1 to 64 characters; default document
 * @param chunking how to split the document
 */
record DocumentRequest(
        @Nullable String content,
        @Nullable String title,
        @Nullable String contentType,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable String tenant,
        @Nullable String sourceType,
        @Nullable ChunkingRequest chunking) {

    /**
     * Validates everything except the text of a file.
     *
     * @throws ServiceException {@code INVALID}; {@code TOO_LARGE}
     */
    SourceDocument check(String sourceId, DataSize contentMax) {
        return new SourceDocument(
                SourceDocument.firstKey(sourceType, sourceId),
                content(sourceId, contentMax.toBytes()),
                Labels.of(title, metadata, tenant),
                chunking);
    }

    private Content content(String sourceId, long bytesMax) {
        if (content == null) {
            throw ServiceException.invalid("content", "is required");
        }
        ContentType type = contentType(contentType, sourceId);
        if (type == ContentType.PDF) {
            byte[] bytes = base64(content);
            SourceDocument.requireSize(bytes.length, bytesMax);
            return new Content.File(() -> bytes, bytes.length, type, null);
        }
        var text = new Content.Text(content, type);
        // A UTF-16 unit takes 1 to 3 bytes, so most texts need not be counted.
        SourceDocument.requireSize(
                content.length() > bytesMax / 3 ? text.size() : content.length(), bytesMax);
        TextRules.storable("content", content);
        return text;
    }

    private static byte[] base64(String content) {
        try {
            return Base64.getDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("content", "must be a PDF in base64: " + e.getMessage());
        }
    }

    private static ContentType contentType(@Nullable String given, String sourceId) {
        if (given != null) {
            return requireKnown(given);
        }
        return Objects.requireNonNullElse(ContentType.ofName(sourceId), ContentType.PLAIN);
    }

    /** Parses the field {@code content_type}. */
    static ContentType requireKnown(String given) {
        ContentType type = ContentType.ofMediaType(given);
        if (type == null) {
            throw ServiceException.invalid(
                    "content_type", "is " + given + ", must be " + ContentType.NAMES);
        }
        return type;
    }
}

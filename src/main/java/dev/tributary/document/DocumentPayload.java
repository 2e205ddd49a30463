package dev.tributary.document;

import dev.tributary.document.SourceDocument.Labels;
import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.extract.Content;
import dev.tributary.document.extract.ContentType;
import dev.tributary.vector.ChunkKey;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The JSON payload of a job that stores a document. The content is the payload in bytes.
 *
 * @param collection the name that the document was put by, which may be an alias
 * @param isText whether the content is text in UTF-8 rather than a file
 * @param charset declared by the sender of a file; null if none was declared
 */
record DocumentPayload(
        String collection,
        ChunkKey source,
        ContentType contentType,
        boolean isText,
        @Nullable String charset,
        Labels labels,
        @Nullable ChunkingRequest chunking) {
    static DocumentPayload of(String collection, SourceDocument document) {
        Content content = document.content();
        return new DocumentPayload(
                collection,
                document.key(),
                content.type(),
                content instanceof Content.Text,
                content instanceof Content.File file && file.charset() != null
                        ? file.charset().name()
                        : null,
                document.labels(),
                document.chunking());
    }

    /** The content of a document, for {@link #document}. */
    static byte[] bytes(Content content) {
        return switch (content) {
            case Content.Text text -> text.text().getBytes(StandardCharsets.UTF_8);
            case Content.File file -> file.read();
        };
    }

    SourceDocument document(byte[] bytes) {
        return new SourceDocument(source, content(bytes), labels, chunking);
    }

    private Content content(byte[] bytes) {
        if (isText) {
            return new Content.Text(new String(bytes, StandardCharsets.UTF_8), contentType);
        }
        return new Content.File(
                () -> bytes,
                bytes.length,
                contentType,
                charset == null ? null : Charset.forName(charset));
    }
}

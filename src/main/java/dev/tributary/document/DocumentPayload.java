package dev.tributary.document;

import dev.tributary.document.GivenDocument.Labels;
import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.extract.Content;
import dev.tributary.document.extract.ContentType;
import dev.tributary.vector.ChunkKey;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a job knows of its document, but for the content, whose bytes are beside it.
 *
 * @param collection the name that it was put by, which may be that of an alias
 * @param isText whether the bytes are UTF-8 that was read as such already, and no file
 * @param charset that the sender of a file named; null if none was named
 */
record DocumentPayload(
        String collection,
        ChunkKey source,
        ContentType contentType,
        boolean isText,
        @Nullable String charset,
        Labels labels,
        @Nullable ChunkingRequest chunking) {
    static DocumentPayload of(String collection, GivenDocument given) {
        Content content = given.content();
        return new DocumentPayload(
                collection,
                given.source(),
                content.type(),
                content instanceof Content.Text,
                content instanceof Content.File file && file.charset() != null
                        ? file.charset().name()
                        : null,
                given.labels(),
                given.chunking());
    }

    /** The content of a document, for {@link #given}. */
    static byte[] bytes(Content content) {
        return switch (content) {
            case Content.Text text -> text.text().getBytes(StandardCharsets.UTF_8);
            case Content.File file -> file.read();
        };
    }

    GivenDocument given(byte[] bytes) {
        return new GivenDocument(source, content(bytes), labels, chunking);
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

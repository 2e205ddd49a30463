package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** The content of a document as it was sent, before its text is extracted. */
public sealed interface Content {
    /** The format. */
    ContentType type();

    /** The size in bytes, as sent; that of a text is its size in UTF-8. */
    long size();

    /**
     * Text, already decoded.
     *
     * @param type the format; not PDF
     */
    record Text(String text, ContentType type) implements Content {
        @Override
        public long size() {
            return ExtractionBudget.utf8Length(text);
        }
    }

    /**
     * A file.
     *
     * @param charset declared by the sender; null if none was declared
     */
    record File(Bytes bytes, long size, ContentType type, @Nullable Charset charset)
            implements Content {
        /**
         * Reads the file.
         *
         * @throws ServiceException {@code UNSUPPORTED} if the bytes do not match the declared type
         */
        public byte[] read() {
            byte[] read;
            try {
                read = bytes.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            FileKind.require(type, read);
            return read;
        }
    }

    /** Opens the bytes on demand. May be called more than once. */
    interface Bytes {
        /** Returns all bytes. */
        byte[] read() throws IOException;
    }
}

package dev.tributary.document;

import dev.tributary.failure.ServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** What a document holds, before it is read. */
sealed interface Content {
    /** What it is written in. */
    ContentType type();

    /** Its bytes as it was sent; of a text, those in UTF-8. */
    long size();

    /**
     * Text that came as such.
     *
     * @param type not PDF
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
     * @param charset that its sender named; null if none was named
     */
    record File(Bytes bytes, long size, ContentType type, @Nullable Charset charset)
            implements Content {
        /**
         * Reads it.
         *
         * @throws ServiceException {@code UNSUPPORTED} for a file of another kind than it was said
         *     to be
         */
        byte[] read() {
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

    /** Bytes that are read when they are needed, as often as they are needed. */
    interface Bytes {
        /** Returns all of them. */
        byte[] read() throws IOException;
    }
}

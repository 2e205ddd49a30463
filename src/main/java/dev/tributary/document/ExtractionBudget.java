package dev.tributary.document;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Ends the reading of a document that takes too long or comes to too much: libraries are asked for
 * much by small files. For one document.
 */
final class ExtractionBudget {
    private final LongSupplier nanos;
    private final long end;
    private final Duration timeout;
    private final int pagesMax;
    private final long textMax;

    /**
     * Begins now.
     *
     * @param nanos the clock, in nanoseconds from any point
     */
    ExtractionBudget(DocumentProperties limits, LongSupplier nanos) {
        this.nanos = nanos;
        timeout = limits.extractTimeout();
        end = nanos.getAsLong() + timeout.toNanos();
        pagesMax = limits.pagesMax();
        textMax = limits.extractedMax().toBytes();
    }

    static ServiceException tooComplex(String reason) {
        return ServiceException.impossible("document_too_complex", "content", reason)
                .withHint("split it into several documents, or send its text alone");
    }

    /**
     * Goes on, or not.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code document_too_complex}, once the time
     *     is over or the thread was interrupted
     */
    void check() {
        if (Thread.currentThread().isInterrupted() || nanos.getAsLong() - end >= 0) {
            throw overdue();
        }
    }

    ServiceException overdue() {
        return tooComplex("was not read within %,d ms".formatted(timeout.toMillis()));
    }

    /** Refuses a document of more pages. */
    void checkPages(int pages) {
        if (pages > pagesMax) {
            throw tooComplex("has %,d pages, must have at most %,d".formatted(pages, pagesMax));
        }
    }

    /**
     * Refuses a text that is too long.
     *
     * @param length of it, in UTF-16 units, at most as many as its bytes in UTF-8
     */
    void checkLength(long length) {
        if (length > textMax) {
            throw tooLong();
        }
    }

    /** Refuses a text that is too long, by its bytes in UTF-8. */
    void checkText(String text) {
        checkLength(text.length());
        // Of 1 to 3 bytes each: most texts need not be measured.
        if (text.length() > textMax / 3 && utf8Length(text) > textMax) {
            throw tooLong();
        }
    }

    private ServiceException tooLong() {
        return tooComplex("has more than %,d bytes of text, the most allowed".formatted(textMax));
    }

    /** The bytes of a text in UTF-8; half of a surrogate pair counts 2, the pair has 4. */
    static long utf8Length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return bytes;
    }
}

package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Stops the extraction of a document that exceeds a limit of time or size. Even a small file can
 * make a parser use much of both. For one document.
 */
final class ExtractionBudget {
    private final LongSupplier nanos;
    private final long end;
    private final Duration timeout;
    private final int pagesMax;
    private final long textMax;

    /**
     * Starts the clock.
     *
     * @param nanos the time in nanoseconds from an arbitrary origin
     */
    ExtractionBudget(ExtractionLimits limits, LongSupplier nanos) {
        this.nanos = nanos;
        timeout = limits.timeout();
        end = nanos.getAsLong() + timeout.toNanos();
        pagesMax = limits.pagesMax();
        textMax = limits.textMax().toBytes();
    }

    static ServiceException tooComplex(String reason) {
        return ServiceException.impossible("document_too_complex", "content", reason)
                .withHint("split it into several documents, or send its text alone");
    }

    /**
     * Checks the time.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code document_too_complex}, after the
     *     timeout, or if the thread was interrupted
     */
    void check() {
        if (Thread.currentThread().isInterrupted() || nanos.getAsLong() - end >= 0) {
            throw overdue();
        }
    }

    ServiceException overdue() {
        return tooComplex("was not read within %,d ms".formatted(timeout.toMillis()));
    }

    /** Refuses a document with too many pages. */
    void checkPages(int pages) {
        if (pages > pagesMax) {
            throw tooComplex("has %,d pages, must have at most %,d".formatted(pages, pagesMax));
        }
    }

    /**
     * Refuses a text that is too long.
     *
     * @param length length in UTF-16 units, which is at most the number of bytes in UTF-8
     */
    void checkLength(long length) {
        if (length > textMax) {
            throw tooLong();
        }
    }

    /** Refuses a text that has too many bytes in UTF-8. */
    void checkText(String text) {
        checkLength(text.length());
        // A UTF-16 unit takes 1 to 3 bytes, so most texts need not be counted.
        if (text.length() > textMax / 3 && utf8Length(text) > textMax) {
            throw tooLong();
        }
    }

    private ServiceException tooLong() {
        return tooComplex("has more than %,d bytes of text, the most allowed".formatted(textMax));
    }

    /** The size of a text in UTF-8, in bytes; each half of a surrogate pair counts as 2. */
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

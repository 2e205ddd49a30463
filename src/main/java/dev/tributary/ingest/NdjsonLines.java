package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import dev.tributary.json.WideJson;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream of NDJSON, compressed by gzip or not, one at a time and in constant memory.
 * Lines in UTF-16 or UTF-32 are returned in UTF-8. Not for use by several threads.
 */
final class NdjsonLines {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** JSON text compresses to between a third and a twentieth; a bomb to a thousandth. */
    private static final int RATIO_MAX = 200;

    private static final long RATIO_CHECKED_FROM = 64L << 20;

    private final Counted source;
    private final InputStream text;
    private final int lineBytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int end;
    private long readBytes;
    private long number;
    private byte[] line = new byte[4 * 1024];
    private int length;

    /**
     * @param lineBytesMax most bytes of a line; a longer one is skipped
     */
    @SuppressWarnings("this-escape")
    NdjsonLines(InputStream body, int lineBytesMax) throws IOException {
        this.lineBytesMax = lineBytesMax;
        source = new Counted(body);
        var buffered = new BufferedInputStream(source, BUFFER_BYTES);
        buffered.mark(2);
        boolean isGzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        text = WideJson.toUtf8(isGzip ? gunzip(buffered) : buffered);
    }

    private BufferedInputStream gunzip(InputStream compressed) throws IOException {
        try {
            return new BufferedInputStream(
                    new GZIPInputStream(compressed, BUFFER_BYTES), BUFFER_BYTES);
        } catch (ZipException | EOFException e) {
            throw broken("is not valid gzip: " + e.getMessage());
        }
    }

    /**
     * A line that is not blank.
     *
     * @param number its number from 1, counting blank lines
     * @param bytes the content; null if the line was too long
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on once, at 50,000 lines a second.
    record Line(long number, byte @Nullable [] bytes) {}

    /**
     * Returns the next line; null after the last. The last line need not end with a newline.
     *
     * @throws ServiceException {@code INVALID} if the stream is not valid gzip, or ends early
     */
    @Nullable Line next() throws IOException {
        while (fill()) {
            number++;
            boolean isWhole = readLine();
            if (!isWhole) {
                return new Line(number, null);
            }
            if (!isBlank()) {
                return new Line(number, Arrays.copyOf(line, length));
            }
        }
        return null;
    }

    /** Reads to the end of the line; false if the line was too long to keep. */
    private boolean readLine() throws IOException {
        length = 0;
        boolean isWhole = true;
        do {
            int from = position;
            while (position < end && buffer[position] != '\n') {
                position++;
            }
            isWhole &= keep(from, position - from);
            if (position < end) {
                position++;
                return isWhole;
            }
        } while (fill());
        return isWhole;
    }

    private boolean keep(int from, int count) {
        if (length + count > lineBytesMax) {
            length = 0;
            return false;
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
        }
        System.arraycopy(buffer, from, line, length, count);
        length += count;
        return true;
    }

    private boolean isBlank() {
        for (int i = 0; i < length; i++) {
            if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private boolean fill() throws IOException {
        if (position < end) {
            return true;
        }
        position = 0;
        end = 0;
        int read;
        try {
            read = text.read(buffer);
        } catch (ZipException e) {
            throw broken("is not valid gzip: " + e.getMessage());
        } catch (EOFException _) {
            throw broken("ends in the middle of the gzip data");
        } catch (CharacterCodingException _) {
            throw broken("is not valid UTF-16 or UTF-32, as its first bytes say");
        } catch (UncheckedIOException _) {
            throw broken("ends because the connection was closed");
        }
        end = Math.max(0, read);
        readBytes += end;
        if (readBytes > RATIO_CHECKED_FROM && readBytes / RATIO_MAX > source.bytes) {
            throw broken(
                    "is more than %d times as large as its compressed form".formatted(RATIO_MAX));
        }
        return end > 0;
    }

    private ServiceException broken(String message) {
        return ServiceException.invalid("body", "after line %,d, %s".formatted(number, message))
                .withHint(
                        "lines up to there are stored; send the whole file again once it is intact");
    }

    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            try {
                int read = in.read(target, offset, count);
                bytes += Math.max(0, read);
                return read;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, as bytes. Not for use by several threads. */
public final class ByteLines implements AutoCloseable {
    private final InputStream in;
    private final int bytesMax;
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int end;
    private long number;
    private byte[] line = new byte[4 * 1024];
    private int length;

    /**
     * @param bytesMax most bytes of a line
     */
    public ByteLines(InputStream in, int bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    /**
     * Returns the next line without its newline; null after the last. The last line need not end
     * with a newline.
     *
     * @throws CommandException if the line is too long
     */
    public byte @Nullable [] next() throws IOException {
        if (!fill()) {
            return null;
        }
        number++;
        length = 0;
        do {
            int from = position;
            while (position < end && buffer[position] != '\n') {
                position++;
            }
            keep(from, position - from);
            if (position < end) {
                position++;
                break;
            }
        } while (fill());
        return Arrays.copyOf(line, length);
    }

    /** The number of the line returned last, from 1. */
    public long number() {
        return number;
    }

    private void keep(int from, int count) {
        if (count > bytesMax - length) {
            throw CommandException.wrong(
                    "line %,d has more than %,d bytes".formatted(number, bytesMax));
        }
        if (length + count > line.length) {
            line =
                    Arrays.copyOf(
                            line, Math.max(length + count, Math.min(2 * line.length, bytesMax)));
        }
        System.arraycopy(buffer, from, line, length, count);
        length += count;
    }

    private boolean fill() throws IOException {
        if (position < end) {
            return true;
        }
        position = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

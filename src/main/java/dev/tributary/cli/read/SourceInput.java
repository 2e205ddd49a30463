package dev.tributary.cli.read;

import dev.tributary.json.WideJson;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A file, or another stream, that counts how much of it has been read. */
public final class SourceInput extends FilterInputStream {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Bytes of the file; 0 if unknown. */
    private final long size;

    private long read;

    private SourceInput(InputStream in, long size) {
        super(in);
        this.size = size;
    }

    /**
     * Opens a file or standard input.
     *
     * @param file the file; null for standard input
     */
    public static SourceInput open(@Nullable Path file, InputStream standard) throws IOException {
        return file == null
                ? new SourceInput(standard, 0)
                : new SourceInput(Files.newInputStream(file), Files.size(file));
    }

    /** The content, decompressed if it is gzip, and in UTF-8 if it is UTF-16 or UTF-32. */
    public InputStream text() throws IOException {
        var buffered = new BufferedInputStream(this, BUFFER_BYTES);
        buffered.mark(2);
        boolean isGzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        return WideJson.toUtf8(
                isGzip
                        ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER_BYTES))
                        : buffered);
    }

    public double share() {
        return size == 0 ? Double.NaN : Math.min(1, (double) read / size);
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        read += value < 0 ? 0 : 1;
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        int got = in.read(target, offset, count);
        read += Math.max(0, got);
        return got;
    }
}

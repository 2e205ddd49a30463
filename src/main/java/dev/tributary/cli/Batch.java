package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.read.SourceRecord;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one request, created as they are sent and kept in a temporary file: if the
 * connection breaks, the lines sent so far are sent again, and then the rest. Safe for use by
 * several threads; only the stream opened last can be read.
 */
final class Batch implements AutoCloseable {
    /** Most bytes of the lines of one request, and so of the file; the last line may exceed it. */
    private static final long BYTES_MAX = 512L << 20;

    private static final int BUFFER_BYTES = 64 * 1024;

    private final Records records;
    private final int linesMax;
    private final boolean isGzip;
    private final Progress progress;
    private final FileChannel file;
    private final OutputStream kept;

    private long sentBefore;
    private int lines;
    private long bytes;
    private int streams;
    private @Nullable RuntimeException failure;

    Batch(Records records, int linesMax, boolean isGzip, Progress progress) throws IOException {
        this.records = records;
        this.linesMax = linesMax;
        this.isGzip = isGzip;
        this.progress = progress;
        file =
                FileChannel.open(
                        Files.createTempFile("tributary-import", ".ndjson"),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
        kept = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
    }

    /** Drops the current lines and starts those of the next request. */
    synchronized void begin() throws IOException {
        streams++;
        sentBefore += lines;
        lines = 0;
        bytes = 0;
        kept.flush();
        file.truncate(0);
    }

    /** Opens the lines, starting from the first one. */
    synchronized InputStream open() {
        streams++;
        try {
            kept.flush();
            return new Body(streams, bytes);
        } catch (IOException e) {
            failure = unkept(e);
            throw failure;
        }
    }

    /** The number of records in the requests before this one. */
    synchronized long sentBefore() {
        return sentBefore;
    }

    /**
     * Returns if only the connection can have failed, otherwise throws.
     *
     * @throws CommandException if the temporary file could not be written
     */
    synchronized void requireSound() {
        if (failure != null) {
            throw failure;
        }
    }

    private static CommandException unkept(IOException e) {
        return CommandException.of(e)
                .withHint("lines are buffered in a temporary file: java.io.tmpdir sets its folder");
    }

    private byte @Nullable [] next() throws IOException {
        SourceRecord source = records.peek();
        if (lines == linesMax || bytes >= BYTES_MAX || source == null) {
            return null;
        }
        byte[] line;
        try {
            line = source.line();
            kept.write(line);
            kept.write('\n');
        } catch (IOException e) {
            failure = unkept(e);
            throw e;
        } catch (RuntimeException e) {
            // Otherwise it would be taken for a broken connection, and the record would be lost.
            failure = e;
            throw e;
        }
        records.take();
        lines++;
        bytes += line.length + 1L;
        progress.update(source.number(), records.share());
        return line;
    }

    @Override
    public synchronized void close() throws IOException {
        streams++;
        file.close();
    }

    /** The kept lines first, then new ones. */
    private final class Body extends InputStream {
        private final int stream;
        private final ByteArrayOutputStream made = new ByteArrayOutputStream(2 * BUFFER_BYTES);
        private final OutputStream sink;
        private final long keptBytes;
        private long replayed;
        private boolean isComplete;
        private byte[] ready = new byte[0];
        private int position;

        Body(int stream, long keptBytes) throws IOException {
            this.stream = stream;
            this.keptBytes = keptBytes;
            sink = isGzip ? new GZIPOutputStream(made, BUFFER_BYTES) : made;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            synchronized (Batch.this) {
                if (stream != streams) {
                    throw new IOException("the lines are being sent again by another request");
                }
                if (position == ready.length) {
                    fill();
                }
                int copied = Math.min(count, ready.length - position);
                System.arraycopy(ready, position, target, offset, copied);
                position += copied;
                return copied == 0 && count > 0 ? -1 : copied;
            }
        }

        private void fill() throws IOException {
            while (!isComplete && made.size() < BUFFER_BYTES) {
                step();
            }
            ready = made.toByteArray();
            made.reset();
            position = 0;
        }

        private void step() throws IOException {
            if (replayed < keptBytes) {
                var piece = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, keptBytes - replayed));
                int got = file.read(piece, replayed);
                if (got < 0) {
                    var cut = new IOException("the temporary file was truncated");
                    failure = unkept(cut);
                    throw cut;
                }
                sink.write(piece.array(), 0, got);
                replayed += got;
                return;
            }
            byte[] line = next();
            if (line == null) {
                sink.close();
                isComplete = true;
                return;
            }
            sink.write(line);
            sink.write('\n');
        }
    }
}

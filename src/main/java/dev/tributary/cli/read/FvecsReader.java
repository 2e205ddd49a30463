package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.vector.Embedding;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code .fvecs} and {@code .bvecs}: for each vector the dimension as int32, and that many
 * float32 or unsigned bytes, little-endian. Without a file of ids, the id of a vector is its index,
 * from 0.
 *
 * @see <a href="http://corpus-texmex.irisa.fr">the format</a>
 */
final class FvecsReader implements VectorReader {
    private static final int BUFFER_BYTES = 1 << 20;

    private final InputStream in;
    private final @Nullable Ids ids;
    private final int componentBytes;
    private final long rows;
    private final ByteBuffer row;
    private long read;

    private FvecsReader(
            InputStream in, @Nullable Ids ids, int componentBytes, int dimension, long rows) {
        this.in = in;
        this.ids = ids;
        this.componentBytes = componentBytes;
        this.rows = rows;
        row =
                ByteBuffer.allocate(Integer.BYTES + dimension * componentBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Opens a file.
     *
     * @param componentBytes 4 for float32, 1 for bytes
     */
    static FvecsReader open(Path file, int componentBytes, @Nullable Ids ids) throws IOException {
        int dimension = dimension(file);
        long size = Files.size(file);
        long rowBytes = Integer.BYTES + (long) dimension * componentBytes;
        if (size % rowBytes != 0) {
            throw CommandException.wrong(
                    "%s has %,d bytes, which is not a whole number of vectors of %,d dimensions: it is truncated in row %,d, or its vectors have different dimensions"
                            .formatted(file, size, dimension, size / rowBytes + 1));
        }
        long rows = size / rowBytes;
        if (ids != null) {
            ids.requireCount(rows);
        }
        var in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        return new FvecsReader(in, ids, componentBytes, dimension, rows);
    }

    /** The dimension of the first vector; 1 if there is none. */
    private static int dimension(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(Integer.BYTES);
        }
        if (bytes.length == 0) {
            return 1;
        }
        if (bytes.length < Integer.BYTES) {
            throw CommandException.wrong(file + " is truncated in row 1");
        }
        int dimension = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (dimension < 1 || dimension > Embedding.DIMENSION_MAX) {
            throw CommandException.wrong(
                    "%s begins with a vector of %,d dimensions, must be 1 to %,d: is it in this format?"
                            .formatted(file, dimension, Embedding.DIMENSION_MAX));
        }
        return dimension;
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        if (read == rows) {
            return null;
        }
        read++;
        if (in.readNBytes(row.array(), 0, row.capacity()) < row.capacity()) {
            throw CommandException.wrong(
                    "the file was truncated while it was read, in row %,d".formatted(read));
        }
        row.rewind();
        int dimension = (row.capacity() - Integer.BYTES) / componentBytes;
        int said = row.getInt();
        if (said != dimension) {
            throw CommandException.wrong(
                    "row %,d has %,d dimensions, but row 1 has %,d"
                            .formatted(read, said, dimension));
        }
        var components = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            components[i] = componentBytes == 1 ? Byte.toUnsignedInt(row.get()) : row.getFloat();
        }
        return new Row(read, Ids.of(ids, read), components, null, Map.of());
    }

    @Override
    public double share() {
        return rows == 0 ? 1 : (double) read / rows;
    }

    @Override
    public void close() throws IOException {
        in.close();
        if (ids != null) {
            ids.close();
        }
    }
}

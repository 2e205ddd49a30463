package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An array of a {@code .npy} of version 1 to 3, read along its first dimension.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format</a>
 */
final class NpyArray implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int HEADER_BYTES_MAX = 1 << 20;
    private static final int ROW_BYTES_MAX = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 20;

    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*('[^']*'|\\[)");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, L]*)\\)");

    private final InputStream in;
    private final NpyType type;
    private final List<Long> shape;
    private final ByteBuffer row;
    private long read;

    private NpyArray(InputStream in, NpyType type, List<Long> shape, int rowBytes) {
        this.in = in;
        this.type = type;
        this.shape = shape;
        row = ByteBuffer.allocate(rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Opens a file; see {@link #open(String, InputStream, long)}.
     *
     * @throws CommandException as there
     */
    static NpyArray open(Path file) throws IOException {
        return open(file.toString(), Files.newInputStream(file), Files.size(file));
    }

    /**
     * Opens an array.
     *
     * @param file what messages call it
     * @param stream is closed with it
     * @param size bytes of the whole stream
     * @throws CommandException if it is not an array of one or two dimensions that can be read row
     *     by row, or the length of the stream does not match its header
     */
    static NpyArray open(String file, InputStream stream, long size) throws IOException {
        InputStream in = new BufferedInputStream(stream, BUFFER_BYTES);
        try {
            return opened(file, in, size);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static NpyArray opened(String file, InputStream in, long size) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2
                || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw CommandException.wrong(
                    file + " is not a .npy file: it does not begin with \\x93NUMPY");
        }
        int version = start[MAGIC.length];
        if (version < 1 || version > 3) {
            throw CommandException.wrong(
                    "%s has version %d of .npy, must be 1 to 3".formatted(file, version));
        }
        int lengthBytes = version == 1 ? 2 : 4;
        int length = headerLength(file, in.readNBytes(lengthBytes), lengthBytes);
        byte[] header = in.readNBytes(length);
        if (header.length < length) {
            throw CommandException.wrong(file + " ends in the middle of its header");
        }
        String text = new String(header, StandardCharsets.UTF_8);
        NpyType type = type(file, text);
        List<Long> shape = shape(file, text);
        long rowBytes = type.bytes() * (shape.size() == 1 ? 1 : shape.get(1));
        if (rowBytes < 1 || rowBytes > ROW_BYTES_MAX) {
            throw CommandException.wrong(
                    "%s has rows of %,d bytes, must have 1 to %,d"
                            .formatted(file, rowBytes, ROW_BYTES_MAX));
        }
        long headed = start.length + lengthBytes + (long) length;
        requireWhole(file, size - headed, shape.getFirst(), rowBytes);
        return new NpyArray(in, type, shape, (int) rowBytes);
    }

    private static int headerLength(String file, byte[] bytes, int expected) {
        if (bytes.length < expected) {
            throw CommandException.wrong(file + " ends in the middle of its header");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = expected == 2 ? Short.toUnsignedInt(buffer.getShort()) : buffer.getInt();
        if (length < 0 || length > HEADER_BYTES_MAX) {
            throw CommandException.wrong(
                    "%s has a header of %s bytes, must have at most %,d"
                            .formatted(file, Integer.toUnsignedString(length), HEADER_BYTES_MAX));
        }
        return length;
    }

    private static NpyType type(String file, String header) {
        String found = group(TYPE, file, "descr", header).replace("'", "");
        for (NpyType type : NpyType.values()) {
            if (type.code().equals(found)) {
                return type;
            }
        }
        throw CommandException.wrong(
                        "%s is an array of %s, must be an array of <f4, <f8 or <f2"
                                .formatted(file, found.equals("[") ? "records" : found))
                .withHint("in Python: np.save(file, array.astype('<f4'))");
    }

    private static List<Long> shape(String file, String header) {
        String sizes = group(SHAPE, file, "shape", header);
        if (group(FORTRAN, file, "fortran_order", header).equals("True")) {
            throw CommandException.wrong(
                            file + " is in Fortran order (column by column), must be in C order")
                    .withHint("in Python: np.save(file, np.ascontiguousarray(array))");
        }
        List<Long> shape = new ArrayList<>();
        for (String size : sizes.replace("L", "").split(",", -1)) {
            if (!size.isBlank()) {
                try {
                    shape.add(Long.valueOf(size.strip()));
                } catch (NumberFormatException _) {
                    throw CommandException.wrong(file + " has the shape (" + sizes + ")");
                }
            }
        }
        if (shape.isEmpty() || shape.size() > 2) {
            throw CommandException.wrong(
                    "%s has the shape (%s), must have one row per vector: (rows, dimension)"
                            .formatted(file, sizes));
        }
        return List.copyOf(shape);
    }

    private static String group(Pattern pattern, String file, String key, String header) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw CommandException.wrong("%s has no %s in its header".formatted(file, key));
        }
        return matcher.group(1);
    }

    private static void requireWhole(String file, long has, long rows, long rowBytes) {
        if (rows > Long.MAX_VALUE / rowBytes || has != rows * rowBytes) {
            throw CommandException.wrong(
                    "%s declares %,d rows of %,d bytes, but has %,d bytes: %s"
                            .formatted(
                                    file,
                                    rows,
                                    rowBytes,
                                    has,
                                    has / rowBytes < rows ? "it is truncated" : "it is too long"));
        }
    }

    NpyType type() {
        return type;
    }

    /** The number of rows and, if there are two dimensions, the numbers per row. */
    List<Long> shape() {
        return shape;
    }

    /** Returns the numbers of the next row, in a buffer that is reused; null after the last. */
    @Nullable ByteBuffer next() throws IOException {
        if (read == shape.getFirst()) {
            return null;
        }
        if (in.readNBytes(row.array(), 0, row.capacity()) < row.capacity()) {
            throw CommandException.wrong(
                    "the file was truncated while it was read, in row %,d".formatted(read + 1));
        }
        read++;
        return row.rewind();
    }

    /** The number of rows that were read. */
    long read() {
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

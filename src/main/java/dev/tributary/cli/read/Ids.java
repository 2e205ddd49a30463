package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The ids of rows that have none of their own, in order: text with one id per line, or a
 * one-dimensional {@code .npy} of whole numbers.
 */
final class Ids implements AutoCloseable {
    private static final int BYTES_MAX = 64 * 1024;

    private final Path file;
    private final @Nullable NpyArray numbers;
    private final @Nullable ByteLines lines;
    private final long count;

    private Ids(Path file, @Nullable NpyArray numbers, @Nullable ByteLines lines, long count) {
        this.file = file;
        this.numbers = numbers;
        this.lines = lines;
        this.count = count;
    }

    static Ids open(Path file) throws IOException {
        if (!file.toString().endsWith(".npy")) {
            return new Ids(file, null, lines(file), count(file));
        }
        NpyArray numbers = NpyArray.open(file);
        if (!numbers.type().isWhole() || numbers.shape().size() != 1) {
            numbers.close();
            throw CommandException.wrong(
                    "%s has the shape %s of %s, must have one dimension of whole numbers"
                            .formatted(file, numbers.shape(), numbers.type().code()));
        }
        return new Ids(file, numbers, null, numbers.shape().getFirst());
    }

    private static ByteLines lines(Path file) throws IOException {
        return new ByteLines(Files.newInputStream(file), BYTES_MAX);
    }

    private static long count(Path file) throws IOException {
        try (ByteLines lines = lines(file)) {
            while (lines.next() != null) {
                // Only the number of lines is needed.
            }
            return lines.number();
        }
    }

    /**
     * Requires an id for each row.
     *
     * @throws CommandException if there are more or fewer
     */
    void requireCount(long rows) {
        if (count != rows) {
            throw CommandException.wrong(
                    "%s has %,d ids for %,d rows, must have one per row"
                            .formatted(file, count, rows));
        }
    }

    /**
     * The id of the next row, which is its index, from 0, if there is no file of ids.
     *
     * @param row number of the row, from 1
     */
    static String of(@Nullable Ids ids, long row) throws IOException {
        return ids == null ? String.valueOf(row - 1) : ids.next(row);
    }

    private String next(long row) throws IOException {
        if (numbers != null) {
            ByteBuffer value = numbers.next();
            if (value != null) {
                return numbers.type().whole(value);
            }
        }
        byte[] line = lines == null ? null : lines.next();
        if (line == null) {
            throw CommandException.wrong(
                    "%s has %,d ids, but none for row %,d".formatted(file, count, row));
        }
        // Replacing invalid bytes with question marks could make ids equal.
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString().strip();
    }

    @Override
    public void close() throws IOException {
        if (numbers != null) {
            numbers.close();
        }
        if (lines != null) {
            lines.close();
        }
    }
}

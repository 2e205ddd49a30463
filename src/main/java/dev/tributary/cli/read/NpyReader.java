package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a numpy matrix, with one vector per row. Without a file of ids, the id of a row is its
 * index, from 0.
 */
final class NpyReader implements VectorReader {
    private final NpyArray matrix;
    private final @Nullable Ids ids;

    private NpyReader(NpyArray matrix, @Nullable Ids ids) {
        this.matrix = matrix;
        this.ids = ids;
    }

    static NpyReader open(Path file, @Nullable Ids ids) throws IOException {
        return of(file.toString(), NpyArray.open(file), ids);
    }

    /**
     * Reads an array that was opened, and closes it if it has no vectors.
     *
     * @param file what messages call it
     */
    static NpyReader of(String file, NpyArray matrix, @Nullable Ids ids) throws IOException {
        if (matrix.type().isWhole()) {
            matrix.close();
            throw CommandException.wrong(
                            "%s has the wrong dtype: numbers of %s, must have (rows, dimension) of <f4, <f8 or <f2"
                                    .formatted(file, matrix.type().code()))
                    .withHint("in Python: np.save(file, array.astype('<f4'))");
        }
        if (matrix.shape().size() != 2) {
            matrix.close();
            throw CommandException.wrong(
                            "%s has the shape %s, must have (rows, dimension)"
                                    .formatted(file, matrix.shape()))
                    .withHint("in Python: np.save(file, array.reshape(-1, dimension))");
        }
        if (ids != null) {
            ids.requireCount(matrix.shape().getFirst());
        }
        return new NpyReader(matrix, ids);
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        ByteBuffer row = matrix.next();
        if (row == null) {
            return null;
        }
        var components = new float[matrix.shape().get(1).intValue()];
        for (int i = 0; i < components.length; i++) {
            components[i] = matrix.type().component(row);
        }
        return new Row(matrix.read(), Ids.of(ids, matrix.read()), components, null, Map.of());
    }

    @Override
    public double share() {
        long rows = matrix.shape().getFirst();
        return rows == 0 ? 1 : (double) matrix.read() / rows;
    }

    @Override
    public void close() throws IOException {
        matrix.close();
        if (ids != null) {
            ids.close();
        }
    }
}

package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a source one after the other, in constant memory. Two that read the same
 * file give the same records in the same order. Not for use by several threads.
 */
public interface VectorReader extends AutoCloseable {
    /**
     * Returns the next record; null after the last.
     *
     * @throws CommandException if the file is not what it should be; it cannot be read on
     */
    @Nullable SourceRecord next() throws IOException;

    /** The share of the source that has been read, 0 to 1; NaN if nobody knows. */
    double share();

    @Override
    void close() throws IOException;
}

package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a source one after the other, in constant memory. Two readers of the same
 * file return the same records in the same order. Not for use by several threads.
 */
public interface VectorReader extends AutoCloseable {
    /**
     * Returns the next record; null after the last.
     *
     * @throws CommandException if the file is invalid; reading cannot continue then
     */
    @Nullable SourceRecord next() throws IOException;

    /** The share of the source that has been read, 0 to 1; NaN if unknown. */
    double share();

    @Override
    void close() throws IOException;
}

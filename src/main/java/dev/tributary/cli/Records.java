package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.read.SourceRecord;
import dev.tributary.cli.read.VectorReader;
import java.io.IOException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a source, read one ahead. An invalid record ends them early, so that the valid
 * ones before it are stored before {@link #requireSound} reports it. Not for use by several threads
 * at once.
 */
final class Records implements AutoCloseable {
    private final VectorReader reader;
    private @Nullable SourceRecord head;
    private @Nullable CommandException failure;

    /** Takes ownership of the reader, and reads the first record. */
    Records(VectorReader reader) {
        this.reader = reader;
        advance();
    }

    private void advance() {
        try {
            head = reader.next();
        } catch (CommandException e) {
            head = null;
            failure = e;
        } catch (IOException e) {
            head = null;
            failure = CommandException.of(e);
        }
    }

    /** The next record, without consuming it; null if there is none. */
    @Nullable SourceRecord peek() {
        return head;
    }

    SourceRecord take() {
        SourceRecord taken = head;
        if (taken == null) {
            throw new NoSuchElementException();
        }
        advance();
        return taken;
    }

    double share() {
        return reader.share();
    }

    /**
     * Returns if the source was read to its end, or as far as requested; otherwise throws.
     *
     * @throws CommandException if the rest of the source could not be read
     */
    void requireSound() {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}

package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import org.jspecify.annotations.Nullable;

/** One record of a source. */
public sealed interface SourceRecord permits Row, NdjsonLine {
    /** Its position in the source, from 1. */
    long number();

    /** The chunk as one line of NDJSON, without a newline. */
    byte[] line();

    /**
     * The parts that are compared with the stored chunk; null if there are none, as for a blank
     * line.
     *
     * @throws CommandException if it is not a chunk
     */
    @Nullable ChunkParts parts();
}

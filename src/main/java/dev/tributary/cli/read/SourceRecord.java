package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import org.jspecify.annotations.Nullable;

/** One record of a source. */
public sealed interface SourceRecord permits Row, NdjsonLine {
    /** Its place in the source, from 1. */
    long number();

    /** The chunk as one line of NDJSON, without a newline. */
    byte[] line();

    /**
     * What is compared with the stored chunk; null if there is nothing, as in a blank line.
     *
     * @throws CommandException if no chunk can be made of it
     */
    @Nullable ChunkParts parts();
}

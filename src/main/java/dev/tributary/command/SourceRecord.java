package dev.tributary.command;

import org.jspecify.annotations.Nullable;

/** One record of a source. */
sealed interface SourceRecord permits Row, NdjsonLine {
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

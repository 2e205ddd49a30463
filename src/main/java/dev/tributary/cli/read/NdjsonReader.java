package dev.tributary.cli.read;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads NDJSON, with or without gzip, in which each line is already a chunk. */
public final class NdjsonReader implements VectorReader {
    private final SourceInput input;
    private final ByteLines lines;

    public NdjsonReader(SourceInput input) throws IOException {
        this.input = input;
        lines = new ByteLines(input.text(), ChunkJson.LINE_BYTES_MAX);
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        byte[] line = lines.next();
        return line == null ? null : new NdjsonLine(lines.number(), line);
    }

    @Override
    public double share() {
        return input.share();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}

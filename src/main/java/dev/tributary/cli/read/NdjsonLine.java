package dev.tributary.cli.read;

import org.jspecify.annotations.Nullable;

/**
 * A line of NDJSON, sent unchanged. It is parsed only if it must be compared.
 *
 * @param number its number in the file, from 1, counting blank lines
 * @param line the line in UTF-8, without a newline
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once, and never written to.
public record NdjsonLine(long number, byte[] line) implements SourceRecord {
    @Override
    public @Nullable ChunkParts parts() {
        return isBlank() ? null : ChunkJson.parts(line);
    }

    private boolean isBlank() {
        for (byte character : line) {
            if (character != ' ' && character != '\t' && character != '\r') {
                return false;
            }
        }
        return true;
    }
}

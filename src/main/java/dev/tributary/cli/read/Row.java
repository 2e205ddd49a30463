package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.ChunkKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of a file that does not contain chunks.
 *
 * @param number its position in the file, from 1
 * @param sourceId its id in the file
 * @param embedding {@code float[dimension]}, not checked; null if the service is to embed the
 *     content
 * @param content its text, if there is one
 * @param metadata all other fields
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once, and never written to.
public record Row(
        long number,
        String sourceId,
        float @Nullable [] embedding,
        @Nullable String content,
        Map<String, @Nullable Object> metadata)
        implements SourceRecord {
    @Override
    public byte[] line() {
        return ChunkJson.line(this);
    }

    @Override
    public ChunkParts parts() {
        try {
            var key = new ChunkKey(ChunkKey.SOURCE_TYPE_DEFAULT, sourceId, 0);
            return new ChunkParts(key.toId(), embedding, content);
        } catch (ServiceException e) {
            throw CommandException.wrong(String.valueOf(e.getMessage()));
        }
    }
}

package dev.tributary.vector;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a scroll, in order of id.
 *
 * @param next where the following page starts (exclusive); null after the last one
 */
public record Page(List<StoredChunk> chunks, @Nullable UUID next) {
    public Page {
        chunks = List.copyOf(chunks);
    }
}

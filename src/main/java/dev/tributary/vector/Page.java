package dev.tributary.vector;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One page of a scroll, in order of id.
 *
 * @param next where the next page starts (exclusive); null on the last page
 */
public record Page(List<StoredChunk> chunks, @Nullable UUID next) {
    public Page {
        chunks = List.copyOf(chunks);
    }
}

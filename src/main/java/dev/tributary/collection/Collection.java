package dev.tributary.collection;

import dev.tributary.security.Caller;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Rows;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A named set of chunks with one model, dimension, metric and language.
 *
 * @param ref what a store must know of the collection
 * @param model the embedding model; null if callers provide the embeddings
 * @param metadata a JSON object, stored and returned unchanged
 */
public record Collection(
        CollectionRef ref,
        String namespace,
        String name,
        @Nullable String model,
        @Nullable String description,
        Map<String, @Nullable Object> metadata,
        Instant createdAt,
        Instant updatedAt) {
    /** The rows of the collection that a caller may see and change. */
    public Rows rows(Caller caller) {
        return ref.rowsOf(caller.tenant());
    }
}

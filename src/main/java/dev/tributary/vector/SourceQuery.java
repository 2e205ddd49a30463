package dev.tributary.vector;

import org.jspecify.annotations.Nullable;

/**
 * Which sources to list.
 *
 * @param sourceType the kind of source; null for every kind
 * @param prefix what their ids begin with; empty for all
 * @param after the last source of the previous page; null for the first page
 * @param limit most sources, 1 to {@link VectorStore#BATCH_MAX}
 */
public record SourceQuery(
        @Nullable String sourceType, String prefix, @Nullable ChunkKey after, int limit) {}

package dev.tributary.document.chunk;

import org.jspecify.annotations.Nullable;

/**
 * How a document is split. Sizes are in tokens of the collection's model, special ones included.
 *
 * @param strategy sentence keeps sentences, tables and code blocks whole; fixed takes so many
 *     tokens, sliding too, but always overlapping; hierarchical is sentence within larger parents,
 *     which a search returns with expand; sentence if absent
 * @param size most tokens of a chunk, 16 to as many as the model reads; that many, up to 512, if
 *     absent, and half of it for hierarchical
 * @param overlap tokens that a chunk repeats of the one before, 0 to half the size, and at least 1
 *     for sliding; 32 if absent
 * @param parentSize most tokens of a parent, size to 32,768, for hierarchical alone; four times the
 *     size if absent
 */
public record ChunkingRequest(
        Chunking.@Nullable Strategy strategy,
        @Nullable Integer size,
        @Nullable Integer overlap,
        @Nullable Integer parentSize) {}

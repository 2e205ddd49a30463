package dev.tributary.document.chunk;

import org.jspecify.annotations.Nullable;

/**
 * How to split a document. Sizes are in tokens of the collection's model, including special tokens.
 *
 * @param strategy sentence keeps sentences, tables and code blocks whole; fixed cuts after size
 *     tokens; sliding does the same and always overlaps; hierarchical splits at sentences within
 *     larger parents, which a search returns with expand; default sentence
 * @param size most tokens of a chunk, from 16 to the model's limit; default the model's limit, but
 *     at most 512, and half of that for hierarchical
 * @param overlap most tokens that a chunk shares with the previous one, 0 to half the size, at
 *     least 1 for sliding; default 32, or half the size if that is less
 * @param parentSize most tokens of a parent, size to 32,768; only for hierarchical; default four
 *     times the size
 */
public record ChunkingRequest(
        Chunking.@Nullable Strategy strategy,
        @Nullable Integer size,
        @Nullable Integer overlap,
        @Nullable Integer parentSize) {}

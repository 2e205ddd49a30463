package dev.tributary.embedding;

import dev.tributary.vector.Embedding;

/**
 * What became of a text.
 *
 * @param tokens of the whole text, special tokens included, also those beyond the model's limit
 * @param truncated true if the text has more tokens than the model reads, so that the embedding
 *     knows only its beginning
 */
public record Embedded(Embedding embedding, int tokens, boolean truncated) {}

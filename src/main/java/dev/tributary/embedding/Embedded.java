package dev.tributary.embedding;

import dev.tributary.vector.Embedding;

/**
 * What became of a text.
 *
 * @param tokens of the whole text, also those beyond the model's limit; special tokens counted once
 * @param truncated true if the text has more tokens than {@link EmbeddingModel#textTokensMax()}, so
 *     that the embedding knows only its beginning
 */
public record Embedded(Embedding embedding, int tokens, boolean truncated) {}

package dev.tributary.embedding;

import dev.tributary.vector.Embedding;

/**
 * The embedding of a text.
 *
 * @param tokens tokens of the whole text, including those beyond the model's limit; special tokens
 *     are counted once
 * @param truncated true if the text has more tokens than {@link EmbeddingModel#textTokensMax()}, so
 *     that the embedding covers only its beginning
 */
public record Embedded(Embedding embedding, int tokens, boolean truncated) {}

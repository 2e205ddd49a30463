package dev.tributary.ingest;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * How a text is split.
 *
 * @param size most tokens of a piece, in the model's own tokens, special ones included
 * @param overlap most tokens that a piece repeats of the one before it, 0 to size / 2
 */
public record Chunking(Strategy strategy, int size, int overlap) {
    /** The smallest size that may be asked for, in tokens. */
    public static final int SIZE_MIN = 16;

    private static final int OVERLAP_DEFAULT = 32;

    /** Where a piece may end. */
    public enum Strategy {
        /** After a sentence, heading, list item, table or code block; the overlap too. */
        SENTENCE,
        /** After exactly so many tokens. */
        FIXED
    }

    /** Whole sentences, in pieces as long as the model reads. */
    public static Chunking defaultFor(EmbeddingModel model) {
        return of(null, null, null, model);
    }

    /**
     * Fills in what is null: sentences, the most that the model reads, and an overlap of 32 tokens.
     *
     * @throws ServiceException {@code INVALID} if the size is below 16 or the overlap not 0 to half
     *     the size; {@code IMPOSSIBLE} if the model reads fewer tokens than the size
     */
    public static Chunking of(
            @Nullable Strategy strategy,
            @Nullable Integer size,
            @Nullable Integer overlap,
            EmbeddingModel model) {
        int chosenSize = size == null ? model.tokensMax() : size;
        if (chosenSize < SIZE_MIN) {
            throw ServiceException.invalid(
                    "chunking.size",
                    "is %,d tokens, must be %,d to %,d"
                            .formatted(chosenSize, SIZE_MIN, model.tokensMax()));
        }
        if (chosenSize > model.tokensMax()) {
            throw ServiceException.impossible(
                    "chunk_size",
                    "chunking.size",
                    "is %,d tokens, %s reads at most %,d; must be %,d to %,d"
                            .formatted(
                                    chosenSize,
                                    model.name(),
                                    model.tokensMax(),
                                    SIZE_MIN,
                                    model.tokensMax()));
        }
        int overlapMax = chosenSize / 2;
        int chosenOverlap = overlap == null ? Math.min(OVERLAP_DEFAULT, overlapMax) : overlap;
        if (chosenOverlap < 0 || chosenOverlap > overlapMax) {
            throw ServiceException.invalid(
                    "chunking.overlap",
                    "is %,d tokens, must be 0 to %,d, half the size"
                            .formatted(chosenOverlap, overlapMax));
        }
        return new Chunking(
                strategy == null ? Strategy.SENTENCE : strategy, chosenSize, chosenOverlap);
    }
}

package dev.tributary.document;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * How a text is split.
 *
 * @param size most tokens of a piece, in the model's own tokens, special ones included
 * @param overlap most tokens that a piece repeats of the one before it, 0 to size / 2
 * @param parentSize most tokens of a parent; 0 where pieces have no parents
 */
record Chunking(Strategy strategy, int size, int overlap, int parentSize) {
    /** The smallest size that may be asked for, in tokens. */
    static final int SIZE_MIN = 16;

    /** The largest parent: a token has at most 8 characters of 3 bytes, so it stays below 1 MB. */
    static final int PARENT_SIZE_MAX = 32_768;

    /** Of models that read thousands of tokens: an embedding of so many says little of each. */
    private static final int SIZE_DEFAULT_MAX = 512;

    private static final int OVERLAP_DEFAULT = 32;
    private static final int PARENT_TIMES = 4;

    /** Where a piece may end. */
    enum Strategy {
        /** After a sentence, heading, list item, table or code block; the overlap too. */
        SENTENCE,
        /** After exactly so many tokens. */
        FIXED,
        /** After exactly so many tokens, and always overlapping. */
        SLIDING,
        /** Like SENTENCE, within parents that keep to sections and sentences. */
        HIERARCHICAL
    }

    /** Whole sentences, in pieces as long as the model reads. */
    static Chunking defaultFor(EmbeddingModel model) {
        return of(new ChunkingRequest(null, null, null, null), model);
    }

    /**
     * Fills in what is absent: sentences; the most that the model reads, but no more than 512, and
     * half of that for pieces with parents; an overlap of 32 tokens; parents of four times the
     * size.
     *
     * @throws ServiceException {@code INVALID} if the size is below 16, the overlap not 0 to half
     *     the size (1 to half for sliding), or the size of parents not size to 32,768; {@code
     *     IMPOSSIBLE} if the model reads fewer tokens than the size
     */
    static Chunking of(ChunkingRequest request, EmbeddingModel model) {
        Strategy strategy = request.strategy() == null ? Strategy.SENTENCE : request.strategy();
        int size = size(request.size(), strategy, model);
        int overlap = overlap(request.overlap(), strategy, size);
        return new Chunking(strategy, size, overlap, parentSize(request, strategy, size));
    }

    private static int size(@Nullable Integer given, Strategy strategy, EmbeddingModel model) {
        int most = model.tokensMax();
        int whole = Math.min(most, SIZE_DEFAULT_MAX);
        int usual = strategy == Strategy.HIERARCHICAL ? Math.max(SIZE_MIN, whole / 2) : whole;
        int size = given == null ? usual : given;
        if (size < SIZE_MIN) {
            throw ServiceException.invalid(
                    "chunking.size",
                    "is %,d tokens, must be %,d to %,d".formatted(size, SIZE_MIN, most));
        }
        if (size > most) {
            throw ServiceException.impossible(
                    "chunk_size",
                    "chunking.size",
                    "is %,d tokens, %s reads at most %,d; must be %,d to %,d"
                            .formatted(size, model.name(), most, SIZE_MIN, most));
        }
        return size;
    }

    private static int overlap(@Nullable Integer given, Strategy strategy, int size) {
        int most = size / 2;
        int least = strategy == Strategy.SLIDING ? 1 : 0;
        int overlap = given == null ? Math.min(OVERLAP_DEFAULT, most) : given;
        if (overlap < least || overlap > most) {
            throw ServiceException.invalid(
                    "chunking.overlap",
                    "is %,d tokens, must be %d to %,d, half the size"
                            .formatted(overlap, least, most));
        }
        return overlap;
    }

    private static int parentSize(ChunkingRequest request, Strategy strategy, int size) {
        Integer given = request.parentSize();
        if (strategy != Strategy.HIERARCHICAL) {
            if (given != null) {
                throw ServiceException.invalid(
                        "chunking.parent_size", "goes with the strategy hierarchical alone");
            }
            return 0;
        }
        int parentSize = given == null ? Math.min(PARENT_TIMES * size, PARENT_SIZE_MAX) : given;
        if (parentSize < size || parentSize > PARENT_SIZE_MAX) {
            throw ServiceException.invalid(
                    "chunking.parent_size",
                    "is %,d tokens, must be %,d, the size, to %,d"
                            .formatted(parentSize, size, PARENT_SIZE_MAX));
        }
        return parentSize;
    }
}

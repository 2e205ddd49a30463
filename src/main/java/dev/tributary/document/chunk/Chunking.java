package dev.tributary.document.chunk;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * The validated parameters of splitting, with all defaults filled in.
 *
 * @param size most tokens of a piece as the model counts them, including special tokens
 * @param overlap most tokens that a piece shares with the previous one, 0 to size / 2
 * @param parentSize most tokens of a parent; 0 if pieces have no parents
 */
public record Chunking(Strategy strategy, int size, int overlap, int parentSize) {
    /** The smallest size, in tokens. */
    static final int SIZE_MIN = 16;

    /** The largest parent, in tokens of at most 8 characters of 3 bytes, so it stays below 1 MB. */
    static final int PARENT_SIZE_MAX = 32_768;

    /**
     * Limits the default for models with longer inputs: an embedding of thousands of tokens is
     * unspecific.
     */
    private static final int SIZE_DEFAULT_MAX = 512;

    private static final int OVERLAP_DEFAULT = 32;
    private static final int PARENT_TIMES = 4;

    /** How the end of a piece is chosen. */
    public enum Strategy {
        /** After a sentence, list item, table or code block; the overlap is whole sentences. */
        SENTENCE,
        /** After exactly {@code size} tokens. */
        FIXED,
        /** After exactly {@code size} tokens, with an overlap of at least 1. */
        SLIDING,
        /** Like SENTENCE, within larger parents that follow sections. */
        HIERARCHICAL
    }

    /** Splits at sentences, into pieces of the default size for the model. */
    public static Chunking defaultFor(EmbeddingModel model) {
        return of(new ChunkingRequest(null, null, null, null), model);
    }

    /**
     * Validates a request and fills in defaults: strategy sentence; as many tokens as the model
     * reads, up to 512, and half of that for hierarchical; an overlap of 32 tokens; parents of four
     * times the size.
     *
     * @throws ServiceException {@code INVALID} if the size is below 16, the overlap is not 0 to
     *     half the size (1 to half for sliding), or the parent size is not size to 32,768; {@code
     *     IMPOSSIBLE} if the size is more than the model reads
     */
    public static Chunking of(ChunkingRequest request, EmbeddingModel model) {
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
                    "is %,d tokens, but %s reads at most %,d; must be %,d to %,d"
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
                    "is %,d tokens, must be %d to %,d (half the size)"
                            .formatted(overlap, least, most));
        }
        return overlap;
    }

    private static int parentSize(ChunkingRequest request, Strategy strategy, int size) {
        Integer given = request.parentSize();
        if (strategy != Strategy.HIERARCHICAL) {
            if (given != null) {
                throw ServiceException.invalid(
                        "chunking.parent_size", "is only for the strategy hierarchical");
            }
            return 0;
        }
        int parentSize = given == null ? Math.min(PARENT_TIMES * size, PARENT_SIZE_MAX) : given;
        if (parentSize < size || parentSize > PARENT_SIZE_MAX) {
            throw ServiceException.invalid(
                    "chunking.parent_size",
                    "is %,d tokens, must be %,d (the size) to %,d"
                            .formatted(parentSize, size, PARENT_SIZE_MAX));
        }
        return parentSize;
    }
}

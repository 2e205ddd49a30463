package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * A search by vector and words at once. The constructor throws {@code INVALID} if the embedding is
 * missing although the fusion gives the vector leg a weight.
 *
 * @param embedding null only if the fusion gives the vector leg no weight
 * @param text the words to search for
 */
public record HybridQuery(
        @Nullable Embedding embedding, TextQuery text, Fusion fusion, SearchOptions options) {
    public HybridQuery {
        if (embedding == null && fusion.hasVectorLeg()) {
            throw ServiceException.invalid(
                    "embedding", "is missing, and fusion gives the vector leg a weight");
        }
    }

    /** The same search, confined to these rows. */
    public HybridQuery within(Rows rows) {
        return new HybridQuery(embedding, text, fusion, options.within(rows));
    }

    /**
     * The candidates of one leg alone.
     *
     * @param vectorWeight 1 for the vector leg, else 0
     * @param textWeight 1 for the text leg, else 0
     */
    HybridQuery legAlone(double vectorWeight, double textWeight, SearchOptions others) {
        return new HybridQuery(
                embedding,
                text,
                new Fusion(fusion.k(), vectorWeight, textWeight, fusion.candidates()),
                others);
    }

    /** The same search, ranked by vector alone. The query must have a vector leg. */
    public HybridQuery withoutTextLeg() {
        return legAlone(fusion.vectorWeight(), 0, options);
    }
}

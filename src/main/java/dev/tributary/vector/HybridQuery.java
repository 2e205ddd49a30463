package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search by vector and words at once. Making one with a number out of its range throws {@code
 * INVALID}.
 *
 * @param embedding null only where the fusion gives the vector leg no weight
 * @param text what the user typed; its terms are alternatives, and none of its characters is an
 *     operator
 * @param topK most hits to return, 1 to {@link VectorStore#TOP_K_MAX}
 * @param threshold least similarity score of the vector leg's candidates; null for none; the text
 *     leg brings in chunks below it
 * @param filter holds on both legs; null matches every chunk
 * @param efSearch as in {@link VectorQuery}
 * @param exact as in {@link VectorQuery}
 */
public record HybridQuery(
        @Nullable Embedding embedding,
        String text,
        int topK,
        @Nullable Double threshold,
        @Nullable Filter filter,
        int efSearch,
        boolean exact,
        Fusion fusion,
        Set<Include> include) {
    public HybridQuery {
        Bounds.require("top_k", topK, 1, VectorStore.TOP_K_MAX);
        Bounds.requireNumber("threshold", threshold);
        Bounds.require("params.ef_search", efSearch, 0, VectorQuery.EF_SEARCH_MAX);
        TextRules.storable("query", text);
        if (embedding == null && fusion.hasVectorLeg()) {
            throw ServiceException.invalid(
                    "embedding", "is missing, and fusion gives the vector leg a weight");
        }
        include = Set.copyOf(include);
    }
}

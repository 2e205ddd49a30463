package dev.tributary.vector;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search by vector. Making one with a number out of its range throws {@code INVALID}.
 *
 * @param topK most hits to return, 1 to {@link VectorStore#TOP_K_MAX}
 * @param threshold least similarity score that a hit must have or exceed; null for none
 * @param filter null matches every chunk
 * @param efSearch candidates kept while the index is walked, 1 to 1,000; 0 for the store's default.
 *     A store raises it to {@code topK} where it is less
 * @param exact true compares every matching row and uses no index
 */
public record VectorQuery(
        Embedding embedding,
        int topK,
        @Nullable Double threshold,
        @Nullable Filter filter,
        int efSearch,
        boolean exact,
        Set<Include> include) {
    /** What pgvector takes at most. */
    public static final int EF_SEARCH_MAX = 1_000;

    public VectorQuery {
        Bounds.require("top_k", topK, 1, VectorStore.TOP_K_MAX);
        Bounds.requireNumber("threshold", threshold);
        Bounds.require("params.ef_search", efSearch, 0, EF_SEARCH_MAX);
        include = Set.copyOf(include);
    }
}

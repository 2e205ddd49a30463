package dev.tributary.vector;

import dev.tributary.failure.Bounds;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds of search ask for beside the query itself. Making one with a number out of its
 * range throws {@code INVALID}.
 *
 * @param topK most hits to return, 1 to {@link VectorStore#TOP_K_MAX}
 * @param threshold least similarity score that a hit must have or exceed, before any boost; null
 *     for none. In a hybrid search it is for candidates of the vector leg: the text leg brings in
 *     chunks below it
 * @param filter holds on both legs; null matches every chunk
 * @param efSearch candidates kept while the index is walked, 1 to {@link #EF_SEARCH_MAX}; 0 for the
 *     store's default. A store raises it to {@code topK} where it is less
 * @param exact true compares every matching row and uses no approximate index
 * @param boost name of the factor, of {@link Chunk#boosts}, that a hit's score is multiplied by; 1
 *     where a chunk has none of that name. Null for no boost
 * @param explain true returns how the search was run, which takes about twice as long
 */
public record SearchOptions(
        int topK,
        @Nullable Double threshold,
        @Nullable Filter filter,
        int efSearch,
        boolean exact,
        @Nullable String boost,
        boolean explain,
        Set<Include> include) {
    /** Most candidates kept while an index is walked. */
    public static final int EF_SEARCH_MAX = 1_000;

    public SearchOptions {
        Bounds.require("topK", topK, 1, VectorStore.TOP_K_MAX);
        Bounds.requireNumber("threshold", threshold);
        Bounds.require("efSearch", efSearch, 0, EF_SEARCH_MAX);
        if (boost != null) {
            TextRules.storable("boost", boost);
        }
        include = Set.copyOf(include);
    }

    /** So many hits with their content and metadata, and nothing else that is out of the usual. */
    public static SearchOptions top(int topK) {
        return new SearchOptions(topK, null, null, 0, false, null, false, Include.DEFAULT);
    }

    public SearchOptions withTopK(int other) {
        return new SearchOptions(
                other, threshold, filter, efSearch, exact, boost, explain, include);
    }

    public SearchOptions withThreshold(@Nullable Double other) {
        return new SearchOptions(topK, other, filter, efSearch, exact, boost, explain, include);
    }

    public SearchOptions withFilter(@Nullable Filter other) {
        return new SearchOptions(topK, threshold, other, efSearch, exact, boost, explain, include);
    }

    /** The same, of the chunks that meet a condition more. */
    public SearchOptions and(Filter condition) {
        return withFilter(filter == null ? condition : new Filter.And(List.of(filter, condition)));
    }

    /** The same among these rows only. */
    public SearchOptions within(Rows rows) {
        return rows.isConfined() ? withFilter(rows.restrict(filter)) : this;
    }

    public SearchOptions withEfSearch(int other) {
        return new SearchOptions(topK, threshold, filter, other, exact, boost, explain, include);
    }

    public SearchOptions withExact(boolean other) {
        return new SearchOptions(topK, threshold, filter, efSearch, other, boost, explain, include);
    }

    public SearchOptions withBoost(@Nullable String other) {
        return new SearchOptions(topK, threshold, filter, efSearch, exact, other, explain, include);
    }

    public SearchOptions withExplain(boolean other) {
        return new SearchOptions(topK, threshold, filter, efSearch, exact, boost, other, include);
    }

    public SearchOptions withInclude(Set<Include> other) {
        return new SearchOptions(topK, threshold, filter, efSearch, exact, boost, explain, other);
    }
}

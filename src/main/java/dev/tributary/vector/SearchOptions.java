package dev.tributary.vector;

import dev.tributary.failure.Bounds;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options that both kinds of search take beside the query itself. The constructor throws {@code
 * INVALID} if a number is out of range.
 *
 * @param topK most hits to return, 1 to {@link VectorStore#TOP_K_MAX}
 * @param threshold lowest similarity score that a hit may have, before any boost; null for no
 *     threshold. In a hybrid search it applies to candidates of the vector leg only: the text leg
 *     may bring in chunks below it
 * @param filter applies to both legs; null matches every chunk
 * @param efSearch candidates kept while the index is walked, 1 to {@link #EF_SEARCH_MAX}; 0 for the
 *     store's default. A store raises it to {@code topK} if it is less
 * @param exact true compares every matching row and uses no approximate index
 * @param boost name of the factor in {@link Chunk#boosts} that a hit's score is multiplied by. The
 *     factor is 1 if a chunk has none of that name. Null for no boost
 * @param explain true returns how the search was run; the search then takes about twice as long
 * @param include the large parts of hits to return
 * @param store name of the store that finds the candidates of the vector leg, one of {@link
 *     RecordStore#names}; null for the record store
 */
public record SearchOptions(
        int topK,
        @Nullable Double threshold,
        @Nullable Filter filter,
        int efSearch,
        boolean exact,
        @Nullable String boost,
        boolean explain,
        Set<Include> include,
        @Nullable String store) {
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

    /** At most {@code topK} hits with content and metadata; every other option has its default. */
    public static SearchOptions top(int topK) {
        return new SearchOptions(topK, null, null, 0, false, null, false, Include.DEFAULT, null);
    }

    public SearchOptions withTopK(int other) {
        return new SearchOptions(
                other, threshold, filter, efSearch, exact, boost, explain, include, store);
    }

    public SearchOptions withThreshold(@Nullable Double other) {
        return new SearchOptions(
                topK, other, filter, efSearch, exact, boost, explain, include, store);
    }

    public SearchOptions withFilter(@Nullable Filter other) {
        return new SearchOptions(
                topK, threshold, other, efSearch, exact, boost, explain, include, store);
    }

    /** The same, restricted to chunks that also meet a condition. */
    public SearchOptions and(Filter condition) {
        return withFilter(filter == null ? condition : new Filter.And(List.of(filter, condition)));
    }

    /** The same, confined to these rows. */
    public SearchOptions within(Rows rows) {
        return rows.isConfined() ? withFilter(rows.restrict(filter)) : this;
    }

    public SearchOptions withEfSearch(int other) {
        return new SearchOptions(
                topK, threshold, filter, other, exact, boost, explain, include, store);
    }

    public SearchOptions withExact(boolean other) {
        return new SearchOptions(
                topK, threshold, filter, efSearch, other, boost, explain, include, store);
    }

    public SearchOptions withBoost(@Nullable String other) {
        return new SearchOptions(
                topK, threshold, filter, efSearch, exact, other, explain, include, store);
    }

    public SearchOptions withExplain(boolean other) {
        return new SearchOptions(
                topK, threshold, filter, efSearch, exact, boost, other, include, store);
    }

    public SearchOptions withInclude(Set<Include> other) {
        return new SearchOptions(
                topK, threshold, filter, efSearch, exact, boost, explain, other, store);
    }

    public SearchOptions withStore(@Nullable String other) {
        return new SearchOptions(
                topK, threshold, filter, efSearch, exact, boost, explain, include, other);
    }
}

package dev.tributary.recall;

import dev.tributary.failure.FieldErrors;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Filter;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The validated request for a measurement of recall.
 *
 * @param efSearch at least one value, each once
 * @param store the store whose approximate searches are measured; null for the record store
 */
record RecallTerms(
        int sample,
        int topK,
        List<Integer> efSearch,
        @Nullable Filter filter,
        @Nullable String store) {
    private static final int SAMPLE_DEFAULT = 100;
    private static final int SAMPLE_MAX = 1_000;
    private static final int TOP_K_DEFAULT = 10;
    private static final List<Integer> EF_SEARCH_DEFAULT = List.of(10, 20, 40, 80, 100, 200, 400);
    private static final int EF_SEARCHES_MAX = 20;

    /** One less, as the chunk that is the query is also found and left out. */
    private static final int TOP_K_MAX = VectorStore.TOP_K_MAX - 1;

    RecallTerms {
        efSearch = List.copyOf(efSearch);
    }

    /**
     * Reads a request.
     *
     * @param stores names of the stores there are
     * @throws ServiceException {@code INVALID} naming every invalid field
     */
    static RecallTerms of(RecallRequest request, Set<String> stores) {
        var errors = new FieldErrors();
        int sample = errors.inRange("sample", request.sample(), SAMPLE_DEFAULT, SAMPLE_MAX);
        int topK = errors.inRange("top_k", request.topK(), TOP_K_DEFAULT, TOP_K_MAX);
        List<Integer> efSearch = efSearch(errors, request.efSearch());
        Map<String, @Nullable Object> given = request.filter();
        Filter filter =
                given == null || given.isEmpty()
                        ? null
                        : errors.checked("filter", () -> Filter.parse(given));
        String store = request.store();
        if (store != null && !stores.contains(store)) {
            errors.refuse(
                    "store",
                    "is %s, must be one of: %s"
                            .formatted(store, String.join(", ", new TreeSet<>(stores))));
        }
        errors.throwIfAny();
        return new RecallTerms(sample, topK, efSearch, filter, store);
    }

    private static List<Integer> efSearch(FieldErrors errors, @Nullable List<Integer> given) {
        if (given == null) {
            return EF_SEARCH_DEFAULT;
        }
        if (given.isEmpty() || given.size() > EF_SEARCHES_MAX) {
            errors.refuse(
                    "ef_search",
                    "has %,d values, must have 1 to %d".formatted(given.size(), EF_SEARCHES_MAX));
            return EF_SEARCH_DEFAULT;
        }
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            int value = given.get(i);
            values.add(
                    errors.inRange(
                            "ef_search[" + i + "]", value, value, SearchOptions.EF_SEARCH_MAX));
        }
        return values.stream().distinct().toList();
    }
}

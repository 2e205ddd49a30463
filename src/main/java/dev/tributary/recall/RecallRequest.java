package dev.tributary.recall;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to measure recall. A null is the same as an absent field.
 *
 * @param sample how many stored chunks to use as queries, 1 to 1,000; 100 if absent
 * @param topK how many of the nearest chunks to search for, 1 to 999; 10 if absent
 * @param efSearch values of ef_search to compare, up to 20 values from 1 to 1,000; 10, 20, 40, 80,
 *     100, 200 and 400 if absent. A value below top_k + 1 is raised to it
 * @param filter a condition on the chunks to find, in MongoDB's notation; the queries are picked
 *     from all chunks
 * @param store the store whose approximate searches are measured: pgvector (the default), or a
 *     derived store that follows the collection. The exact ones are always PostgreSQL's
 */
record RecallRequest(
        @Nullable Integer sample,
        @Nullable Integer topK,
        @Nullable List<Integer> efSearch,
        @Nullable Map<String, @Nullable Object> filter,
        @Nullable String store) {}

package dev.tributary.search;

import dev.tributary.vector.Fusion;
import dev.tributary.vector.SearchOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a search asks for, checked.
 *
 * @param collection its name, or that of an alias
 * @param query null if the request has none
 * @param fusion null unless the search is hybrid
 * @param options what the store is asked for in the end; a refinement may take more to choose from
 */
record Terms(
        String collection,
        @Nullable String query,
        @Nullable Fusion fusion,
        SearchOptions options,
        Refinement refinement) {
    /**
     * What is made of the hits that a store finds.
     *
     * @param group null if they are not grouped
     * @param rerank null if they are not reranked
     * @param diversity 0 (off) to 1
     */
    record Refinement(@Nullable Group group, @Nullable Rerank rerank, double diversity) {
        /** Whether hits are grouped by their parents, which are returned instead. */
        boolean isExpanded() {
            return group != null && group.by() instanceof ParentKey;
        }
    }

    /**
     * Parts the hits.
     *
     * @param size most hits of a group, 1 to 100
     */
    record Group(GroupKey by, int size) {}

    /**
     * Has the hits scored anew.
     *
     * @param model null for the only one there is
     * @param query the text to score against
     * @param topN most hits to return, groups where they are grouped
     */
    record Rerank(@Nullable String model, String query, int topN) {}
}

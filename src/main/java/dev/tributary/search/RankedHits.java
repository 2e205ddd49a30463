package dev.tributary.search;

import java.util.List;

/**
 * The hits of a search between the store and the answer, best first. Unlike a {@link
 * dev.tributary.vector.SearchResult}, which is one answer of the store, they may come from several,
 * and have groups, parents and scores of a reranker.
 *
 * @param hits hits of a group follow each other
 * @param complete true promises: if there are fewer hits than asked for, no more exist
 */
record RankedHits(List<RankedHit> hits, boolean complete) {
    RankedHits {
        hits = List.copyOf(hits);
    }

    RankedHits with(List<RankedHit> others) {
        return new RankedHits(others, complete);
    }
}

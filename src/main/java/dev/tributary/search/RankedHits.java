package dev.tributary.search;

import java.util.List;

/**
 * The hits of a search between the store and the answer, best first. Unlike a {@link
 * dev.tributary.vector.SearchResult}, which is one answer of the store, they may come from several
 * answers, and have groups, parents and scores of a reranker.
 *
 * @param hits the hits; those of a group are consecutive
 * @param complete true guarantees that if there are fewer hits than requested, no more exist
 */
record RankedHits(List<RankedHit> hits, boolean complete) {
    RankedHits {
        hits = List.copyOf(hits);
    }

    RankedHits with(List<RankedHit> others) {
        return new RankedHits(others, complete);
    }
}

package dev.tributary.search;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.rerank.Rerankers;
import dev.tributary.search.SearchSpec.Rerank;
import dev.tributary.search.SearchSpec.TextLeg;
import dev.tributary.security.Caller;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * Answers search requests: validates the request, resolves the collection, gets the query vector,
 * searches the store, and refines the hits. Safe for use by many threads.
 */
@Component
class Searches {
    private final Catalogue catalogue;
    private final QueryVectors vectors;
    private final Rerankers rerankers;
    private final RecordStore store;
    private final SearchProperties limits;

    Searches(
            Catalogue catalogue,
            QueryVectors vectors,
            Rerankers rerankers,
            RecordStore store,
            SearchProperties limits) {
        this.catalogue = catalogue;
        this.vectors = vectors;
        this.rerankers = rerankers;
        this.store = store;
        this.limits = limits;
    }

    SearchAnswer search(Caller caller, SearchTerms request) {
        var stopwatch = new Stopwatch();
        var report = new SearchReport();
        SearchSpec spec = new SearchReader(limits, store.names()).read(request);
        Rerank rerank = spec.refinement().rerank();
        Reranking reranking = rerank == null ? null : Reranking.of(rerankers, rerank);
        Collection collection = catalogue.resolve(caller, spec.collection());
        Rows rows = collection.rows(caller);
        Embedding embedding = vectors.find(collection, rows, spec, report);
        TextLeg text = spec.text();
        StoreSearch search =
                text == null
                        ? StoreSearch.of(
                                store,
                                rows,
                                spec.vectorQuery(Objects.requireNonNull(embedding)),
                                report)
                        : StoreSearch.of(store, rows, spec.hybridQuery(text, embedding), report);
        RankedHits hits = new Pipeline(search, spec, reranking, report).run();
        String answered = Objects.requireNonNullElse(report.store(), store.name());
        return SearchAnswer.of(hits, spec.options(), report, answered, stopwatch.ms());
    }
}

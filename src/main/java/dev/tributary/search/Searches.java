package dev.tributary.search;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.rerank.Rerankers;
import dev.tributary.search.Origins.Origin;
import dev.tributary.search.StoreSearch.Query;
import dev.tributary.search.StoreSearch.Words;
import dev.tributary.search.Terms.Rerank;
import dev.tributary.security.Caller;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextQuery;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * Answers searches: resolves the collection, finds the query's vector, asks the store, and refines
 * what it found. Safe for use by many threads.
 */
@Component
class Searches {
    private final Catalogue catalogue;
    private final Origins origins;
    private final Rerankers rerankers;
    private final RecordStore store;
    private final SearchProperties limits;

    Searches(
            Catalogue catalogue,
            Origins origins,
            Rerankers rerankers,
            RecordStore store,
            SearchProperties limits) {
        this.catalogue = catalogue;
        this.origins = origins;
        this.rerankers = rerankers;
        this.store = store;
        this.limits = limits;
    }

    SearchAnswer search(Caller caller, SearchTerms request) {
        var stopwatch = new Stopwatch();
        Terms terms = new SearchReader(limits).read(request);
        Rerank rerank = terms.refinement().rerank();
        Reranking reranking = rerank == null ? null : Reranking.of(rerankers, rerank);
        Collection collection = catalogue.resolve(caller, terms.collection());
        Rows rows = collection.rows(caller);
        Origin origin = origins.find(collection, rows, request, terms);
        var search = new StoreSearch(store, rows, query(terms, origin));
        Filter except = origin.except();
        SearchOptions options = except == null ? terms.options() : terms.options().and(except);
        var pipeline = new Pipeline(search, options, terms.refinement(), reranking);
        return SearchAnswer.of(pipeline.run(origin), store.name(), stopwatch.ms());
    }

    /** A leg that is switched off brings no vector; one that has none is switched off. */
    private static Query query(Terms terms, Origin origin) {
        Fusion fusion = terms.fusion();
        if (fusion == null) {
            return new Query(origin.embedding(), null);
        }
        boolean isGrouped = terms.refinement().group() != null;
        var legs =
                new Fusion(
                        fusion.k(),
                        origin.embedding() == null ? 0 : fusion.vectorWeight(),
                        fusion.textWeight(),
                        isGrouped ? Fusion.CANDIDATES_MAX : fusion.candidates());
        var text = TextQuery.parse(Objects.requireNonNull(terms.query()));
        return new Query(origin.embedding(), new Words(text, legs));
    }
}

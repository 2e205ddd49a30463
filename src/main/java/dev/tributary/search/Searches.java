package dev.tributary.search;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.search.SearchReader.Terms;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorQuery;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Answers searches: resolves the collection, finds the query's vector, asks the store once. Safe
 * for use by many threads.
 */
@Component
class Searches {
    private final Catalogue catalogue;
    private final EmbeddingModels models;
    private final VectorStore store;
    private final SearchProperties limits;

    Searches(
            Catalogue catalogue,
            EmbeddingModels models,
            VectorStore store,
            SearchProperties limits) {
        this.catalogue = catalogue;
        this.models = models;
        this.store = store;
        this.limits = limits;
    }

    /**
     * The query's vector, and what came of finding it.
     *
     * @param filter that of the request; leaves out the chunk that was taken for an example
     */
    private record Origin(Embedding embedding, @Nullable Filter filter, List<String> warnings) {}

    SearchAnswer search(SearchRequest request) {
        long start = System.nanoTime();
        Terms terms = new SearchReader(limits).read(request);
        Collection collection = catalogue.resolve(terms.namespace(), terms.collection());
        Origin origin = origin(collection, request, terms);
        SearchResult result =
                store.search(
                        collection.ref(),
                        new VectorQuery(
                                origin.embedding(),
                                terms.topK(),
                                terms.threshold(),
                                origin.filter(),
                                terms.efSearch(),
                                terms.exact(),
                                terms.include()));
        return answer(result, origin.warnings(), start);
    }

    SearchAnswer hybrid(HybridRequest request) {
        long start = System.nanoTime();
        var reader = new SearchReader(limits);
        Terms terms = reader.read(request);
        Fusion fusion = reader.fusion(request.fusion());
        Collection collection = catalogue.resolve(terms.namespace(), terms.collection());
        Origin origin =
                fusion.hasVectorLeg() || request.like() != null
                        ? origin(collection, request, terms)
                        : null;
        SearchResult result =
                store.hybrid(
                        collection.ref(),
                        new HybridQuery(
                                origin == null ? null : origin.embedding(),
                                Objects.requireNonNull(terms.query()),
                                terms.topK(),
                                terms.threshold(),
                                origin == null ? terms.filter() : origin.filter(),
                                terms.efSearch(),
                                terms.exact(),
                                fusion,
                                terms.include()));
        return answer(result, origin == null ? List.of() : origin.warnings(), start);
    }

    private Origin origin(Collection collection, SearchTerms request, Terms terms) {
        Embedding given = request.embedding();
        if (given != null) {
            return new Origin(given, terms.filter(), List.of());
        }
        UUID like = request.like();
        if (like != null) {
            return like(collection, like, terms.filter());
        }
        return embedded(collection, Objects.requireNonNull(terms.query()), terms.filter());
    }

    private Origin like(Collection collection, UUID id, @Nullable Filter filter) {
        List<StoredChunk> found =
                store.get(collection.ref(), List.of(id), Set.of(Include.EMBEDDING));
        if (found.isEmpty()) {
            throw ServiceException.missing("chunk", id);
        }
        Filter others = new Filter.Not(Filter.ids(List.of(id)));
        return new Origin(
                Objects.requireNonNull(found.getFirst().embedding()),
                filter == null ? others : new Filter.And(List.of(filter, others)),
                List.of());
    }

    private Origin embedded(Collection collection, String query, @Nullable Filter filter) {
        String name = collection.model();
        if (name == null) {
            throw ServiceException.impossible(
                            "no_model",
                            "query",
                            "needs a model, and collection " + collection.name() + " has none")
                    .withHint(
                            "send an embedding, or search by words alone: /search/hybrid with fusion.weights.vector 0");
        }
        EmbeddingModel model = models.get(name);
        Embedded embedded = model.embed(query);
        List<String> warnings =
                embedded.truncated()
                        ? List.of(
                                "the query has %,d tokens, and the model %s reads the first %,d"
                                        .formatted(embedded.tokens(), name, model.tokensMax()))
                        : List.of();
        return new Origin(embedded.embedding(), filter, warnings);
    }

    private SearchAnswer answer(SearchResult result, List<String> warnings, long start) {
        List<String> all = new ArrayList<>(warnings);
        all.addAll(result.warnings());
        double tookMs = Math.round((System.nanoTime() - start) / 10_000.0) / 100.0;
        return SearchAnswer.of(result, all, store.name(), tookMs);
    }
}

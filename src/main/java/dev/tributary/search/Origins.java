package dev.tributary.search;

import dev.tributary.collection.Collection;
import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the vector that a search starts from. Safe for use by many threads. */
@Component
class Origins {
    private final EmbeddingModels models;
    private final RecordStore store;

    Origins(EmbeddingModels models, RecordStore store) {
        this.models = models;
        this.store = store;
    }

    /**
     * Where a search starts.
     *
     * @param embedding null if the vector leg is off, or the query cannot be embedded now
     * @param except leaves out the chunk that was taken for an example; null if there is none
     * @param warnings what came of finding it, in sentences
     * @param embedMs that the model took, milliseconds; null if nothing was embedded
     */
    record Origin(
            @Nullable Embedding embedding,
            @Nullable Filter except,
            List<String> warnings,
            @Nullable Double embedMs) {
        private static Origin of(@Nullable Embedding embedding) {
            return new Origin(embedding, null, List.of(), null);
        }
    }

    /**
     * Finds it.
     *
     * @throws ServiceException {@code MISSING} if there is no chunk to be like; {@code IMPOSSIBLE}
     *     if a text needs a model and the collection has none; {@code UNAVAILABLE} if the model is
     *     away or busy, and there is no text leg to answer alone
     */
    Origin find(Collection collection, Rows rows, SearchTerms request, Terms terms) {
        Embedding given = request.embedding();
        UUID like = request.like();
        Fusion fusion = terms.fusion();
        if (like != null) {
            return like(rows, like);
        }
        if (given != null) {
            return Origin.of(given);
        }
        if (fusion != null && !fusion.hasVectorLeg()) {
            return Origin.of(null);
        }
        String query = Objects.requireNonNull(terms.query());
        if (fusion == null || !fusion.hasTextLeg()) {
            return embedded(collection, query);
        }
        try {
            return embedded(collection, query);
        } catch (ServiceException e) {
            if (e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
            String warning =
                    "the query was not embedded: %s (%s); ranked by its words alone"
                            .formatted(e.getMessage(), e.code());
            return new Origin(null, null, List.of(warning), null);
        }
    }

    private Origin like(Rows rows, UUID id) {
        List<StoredChunk> found = store.get(rows, List.of(id), Set.of(Include.EMBEDDING));
        if (found.isEmpty()) {
            throw ServiceException.missing("chunk", id);
        }
        return new Origin(
                Objects.requireNonNull(found.getFirst().embedding()),
                new Filter.Not(Filter.ids(List.of(id))),
                List.of(),
                null);
    }

    private Origin embedded(Collection collection, String query) {
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
        var stopwatch = new Stopwatch();
        Embedded embedded = model.embed(query);
        double embedMs = stopwatch.ms();
        List<String> warnings =
                embedded.truncated()
                        ? List.of(
                                "the query has %,d tokens, and the model %s reads the first %,d"
                                        .formatted(embedded.tokens(), name, model.textTokensMax()))
                        : List.of();
        return new Origin(embedded.embedding(), null, warnings, embedMs);
    }
}

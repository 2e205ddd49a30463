package dev.tributary.search;

import dev.tributary.collection.Collection;
import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.search.SearchSpec.GivenVector;
import dev.tributary.search.SearchSpec.QueryText;
import dev.tributary.search.SearchSpec.StoredExample;
import dev.tributary.vector.Embedding;
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

/** Provides the vector of a query. Safe for use by many threads. */
@Component
class QueryVectors {
    private final EmbeddingModels models;
    private final RecordStore store;

    QueryVectors(EmbeddingModels models, RecordStore store) {
        this.models = models;
        this.store = store;
    }

    /**
     * Returns the query vector: the given one, that of the stored chunk, or that of the text. Null
     * if the vector leg is off, or if the model is unavailable and the text leg can answer alone;
     * the latter adds a warning.
     *
     * @throws ServiceException {@code MISSING} if the stored chunk does not exist; {@code
     *     IMPOSSIBLE} if a text has to be embedded and the collection has no model; {@code
     *     UNAVAILABLE} if the model is down or busy, and there is no text leg
     */
    @Nullable Embedding find(
            Collection collection, Rows rows, SearchSpec spec, SearchReport report) {
        return switch (spec.source()) {
            case StoredExample(UUID id) -> stored(rows, id);
            case GivenVector(Embedding embedding) -> embedding;
            case QueryText(String text) ->
                    spec.hasVectorLeg() ? embedded(collection, spec, text, report) : null;
        };
    }

    private Embedding stored(Rows rows, UUID id) {
        List<StoredChunk> found = store.get(rows, List.of(id), Set.of(Include.EMBEDDING));
        if (found.isEmpty()) {
            throw ServiceException.missing("chunk", id);
        }
        return Objects.requireNonNull(found.getFirst().embedding());
    }

    private @Nullable Embedding embedded(
            Collection collection, SearchSpec spec, String text, SearchReport report) {
        try {
            return embedded(collection, text, report);
        } catch (ServiceException e) {
            if (e.kind() != Kind.UNAVAILABLE || !spec.hasTextLeg()) {
                throw e;
            }
            report.warn(
                    "the query was not embedded: %s (%s); ranked by its words alone"
                            .formatted(e.getMessage(), e.code()));
            return null;
        }
    }

    private Embedding embedded(Collection collection, String text, SearchReport report) {
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
        Embedded embedded = model.embed(text);
        report.embedMs(stopwatch.ms());
        if (embedded.truncated()) {
            report.warn(
                    "the query has %,d tokens, but the model %s reads only the first %,d"
                            .formatted(embedded.tokens(), name, model.textTokensMax()));
        }
        return embedded.embedding();
    }
}

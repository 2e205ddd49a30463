package dev.tributary.ingest;

import dev.tributary.collection.Collection;
import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.security.Caller;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.ChunkOutcome.Status;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stores chunks: checks each, embeds those without a vector, and stores the valid ones together.
 */
@Component
class ChunkIngest {
    private final EmbeddingModels models;
    private final RecordStore store;
    private final ChunkRules rules;

    ChunkIngest(EmbeddingModels models, RecordStore store, IngestProperties properties) {
        this.models = models;
        this.store = store;
        rules = new ChunkRules(properties);
    }

    /** An embedding, the tokens of its content, and a warning about it. */
    private record Vector(
            Embedded embedded, @Nullable Integer tokenCount, @Nullable String warning) {}

    /**
     * Stores chunks on behalf of a caller. A chunk without a tenant gets the tenant that the caller
     * is confined to.
     *
     * @param readings at most {@link VectorStore#BATCH_MAX}
     */
    PutAnswer put(Caller caller, Collection collection, List<ChunkReading> readings) {
        Rows rows = collection.rows(caller);
        Map<Integer, PutAnswer.Result> results = new TreeMap<>();
        Map<Integer, DraftChunk> drafts = new LinkedHashMap<>();
        for (int i = 0; i < readings.size(); i++) {
            try {
                drafts.put(i, draft(collection, readings.get(i)).within(rows));
            } catch (ServiceException e) {
                results.put(i, failed(readings.get(i).input().id(), e));
            }
        }
        Map<UUID, Vector> vectors = embed(collection, rows, drafts.values());
        List<Chunk> chunks = new ArrayList<>();
        for (DraftChunk draft : drafts.values()) {
            chunks.add(chunk(draft, vectors));
        }
        List<ChunkOutcome> outcomes = store.upsert(rows, chunks);
        int next = 0;
        for (int i : drafts.keySet()) {
            ChunkOutcome outcome = outcomes.get(next++);
            Vector vector = vectors.get(outcome.id());
            results.put(i, result(outcome, vector == null ? null : vector.warning()));
        }
        return PutAnswer.of(List.copyOf(results.values()));
    }

    private DraftChunk draft(Collection collection, ChunkReading reading) {
        FieldError error = reading.error();
        if (error != null) {
            throw ServiceException.invalid(List.of(error));
        }
        DraftChunk draft = rules.check(reading.input());
        if (draft.embedding() == null && collection.model() == null) {
            throw ServiceException.invalid(
                    "embedding", "is required: the collection has no model to make one");
        }
        return draft;
    }

    private static PutAnswer.Result failed(@Nullable UUID id, ServiceException e) {
        return new PutAnswer.Result(id, Status.FAILED, e.getMessage(), null);
    }

    private static PutAnswer.Result result(ChunkOutcome outcome, @Nullable String warning) {
        return new PutAnswer.Result(
                outcome.id(),
                outcome.status(),
                outcome.error(),
                outcome.status() == Status.FAILED ? null : warning);
    }

    private static Chunk chunk(DraftChunk draft, Map<UUID, Vector> vectors) {
        if (draft.embedding() != null) {
            return draft.with(draft.embedding(), draft.tokenCount());
        }
        Vector vector = Objects.requireNonNull(vectors.get(draft.id()));
        return draft.with(vector.embedded().embedding(), vector.tokenCount());
    }

    /**
     * Returns a vector for every chunk without one: the stored vector if the content is the same.
     */
    private Map<UUID, Vector> embed(
            Collection collection, Rows rows, java.util.Collection<DraftChunk> drafts) {
        Map<UUID, DraftChunk> bare =
                drafts.stream()
                        .filter(draft -> draft.embedding() == null)
                        .collect(
                                Collectors.toMap(
                                        DraftChunk::id,
                                        Function.identity(),
                                        (first, _) -> first,
                                        LinkedHashMap::new));
        Map<UUID, Vector> vectors = new LinkedHashMap<>();
        if (bare.isEmpty() || collection.model() == null) {
            return vectors;
        }
        EmbeddingModel model = models.get(collection.model());
        for (StoredChunk stored :
                store.get(rows, List.copyOf(bare.keySet()), Set.of(Include.EMBEDDING))) {
            DraftChunk draft = Objects.requireNonNull(bare.get(stored.id()));
            if (Objects.equals(stored.contentHash(), draft.contentHash())) {
                vectors.put(stored.id(), reused(stored, model));
            }
        }
        bare.keySet().removeAll(vectors.keySet());
        List<String> contents =
                bare.values().stream()
                        .map(draft -> Objects.requireNonNull(draft.content()))
                        .toList();
        List<Embedded> embedded = model.embed(contents);
        int next = 0;
        for (UUID id : bare.keySet()) {
            vectors.put(id, fresh(embedded.get(next++), model));
        }
        return vectors;
    }

    private static Vector reused(StoredChunk stored, EmbeddingModel model) {
        Integer counted = stored.tokenCount();
        int tokens = counted == null ? 0 : counted;
        boolean truncated = tokens > model.textTokensMax();
        return new Vector(
                new Embedded(Objects.requireNonNull(stored.embedding()), tokens, truncated),
                counted,
                truncated ? truncation(tokens, model) : null);
    }

    private static Vector fresh(Embedded embedded, EmbeddingModel model) {
        return new Vector(
                embedded,
                embedded.tokens(),
                embedded.truncated() ? truncation(embedded.tokens(), model) : null);
    }

    private static String truncation(int tokens, EmbeddingModel model) {
        return "content has %,d tokens, but the model %s reads only the first %,d: the embedding ignores the rest; split it, or put it as a document"
                .formatted(tokens, model.name(), model.textTokensMax());
    }
}

package dev.tributary.document;

import dev.tributary.collection.Collection;
import dev.tributary.document.GivenDocument.Labels;
import dev.tributary.document.chunk.Chunker;
import dev.tributary.document.chunk.Chunking;
import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.chunk.Piece;
import dev.tributary.document.extract.ExtractedDocument;
import dev.tributary.document.extract.Extractions;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.ingest.ChunkRules;
import dev.tributary.security.Caller;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Include;
import dev.tributary.vector.Page;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.TextRules;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Reads documents, splits them into chunks, embeds what is new in them, and replaces them as a
 * whole. Safe for use by many threads.
 */
@Component
class Documents {
    /** Texts that are embedded in one go; progress is told after each. */
    static final int EMBED_BATCH_MAX = 256;

    private final EmbeddingModels models;
    private final RecordStore store;
    private final Extractions extractions;
    private final DocumentProperties limits;

    Documents(
            EmbeddingModels models,
            RecordStore store,
            Extractions extractions,
            DocumentProperties limits) {
        this.models = models;
        this.store = store;
        this.extractions = extractions;
        this.limits = limits;
    }

    /** What a put is part of: it is told how far the document has come, and may end the put. */
    interface Course {
        /**
         * The document was split.
         *
         * @param model that embeds it
         * @param pieces that there are
         * @return embeddings that this model made of some of them before, by the hash of their text
         */
        Map<String, Embedding> split(EmbeddingModel model, int pieces);

        /**
         * Some texts were embedded, at most {@value #EMBED_BATCH_MAX}; none at first, for the
         * pieces whose embeddings were there.
         *
         * @param batch by the hash of their text
         * @param done pieces so far that have an embedding
         */
        void embedded(Map<String, Embedding> batch, int done);

        /**
         * Every piece has its embedding.
         *
         * @param replacement stores the chunks, in the transaction of this thread if there is one;
         *     safe to repeat
         */
        ReplaceOutcome store(Supplier<ReplaceOutcome> replacement);
    }

    /** A piece and what tells its text from others. */
    private record Hashed(Piece piece, String hash) {}

    /**
     * Checks all of a document that can be told without reading it.
     *
     * @throws ServiceException {@code INVALID}; {@code IMPOSSIBLE} for a collection without a
     *     model, or pieces that are too large for it
     */
    void check(Collection collection, GivenDocument given) {
        chunking(given, model(collection));
    }

    /**
     * Stores a document in place of the one of the same source, all or nothing. Safe to repeat;
     * takes as long as the model takes for what is new in it.
     *
     * @throws ServiceException {@code IMPOSSIBLE} for a document that cannot be read or split, or a
     *     collection without a model; {@code UNSUPPORTED}; {@code TOO_LARGE}; {@code UNAVAILABLE};
     *     {@code OUTCOME_UNKNOWN}
     */
    DocumentAnswer put(Caller caller, Collection collection, GivenDocument given, Course course) {
        Rows rows = collection.rows(caller);
        EmbeddingModel model = model(collection);
        Chunking chunking = chunking(given, model);
        ExtractedDocument document = extractions.read(given.content());
        TextRules.storable("content", document.text());
        List<Hashed> pieces = pieces(document, model, chunking);
        Map<String, Embedding> known = new HashMap<>(course.split(model, pieces.size()));
        known.putAll(stored(rows, given.source()));
        int embedded = embed(model, pieces, known, course);
        List<Chunk> chunks = chunks(rows, given, document, pieces, known);
        ChunkKey source = given.source();
        ReplaceOutcome outcome =
                course.store(() ->
                        store.replaceSource(rows, source.sourceType(), source.sourceId(), chunks));
        return DocumentAnswer.of(chunks.size(), embedded, outcome.deleted());
    }

    private EmbeddingModel model(Collection collection) {
        String name = collection.model();
        if (name == null) {
            throw ServiceException.impossible(
                            "no_model",
                            "content",
                            "needs a model to be split and embedded, and collection "
                                    + collection.name()
                                    + " has none")
                    .withHint("put chunks with their embeddings, or use a collection with a model");
        }
        return models.get(name);
    }

    private static Chunking chunking(GivenDocument given, EmbeddingModel model) {
        ChunkingRequest request = given.chunking();
        return request == null ? Chunking.defaultFor(model) : Chunking.of(request, model);
    }

    private List<Hashed> pieces(
            ExtractedDocument document, EmbeddingModel model, Chunking chunking) {
        List<Piece> pieces = Chunker.split(document, model, chunking);
        if (pieces.size() > limits.chunksMax()) {
            throw ServiceException.impossible(
                            "too_many_chunks",
                            "content",
                            "is split into %,d chunks, the most allowed are %,d"
                                    .formatted(pieces.size(), limits.chunksMax()))
                    .withHint("split it into several documents, or ask for larger chunks");
        }
        return pieces.stream()
                .map(piece -> new Hashed(piece, ChunkRules.sha256(piece.text())))
                .toList();
    }

    /** The embeddings of the source's chunks as they are stored, by the hash of their content. */
    private Map<String, Embedding> stored(Rows rows, ChunkKey source) {
        Filter ofSource = Filter.source(source.sourceType(), source.sourceId());
        Map<String, Embedding> known = new HashMap<>();
        UUID after = null;
        do {
            Page page =
                    store.scroll(
                            rows,
                            ofSource,
                            after,
                            VectorStore.BATCH_MAX,
                            Set.of(Include.EMBEDDING));
            for (StoredChunk chunk : page.chunks()) {
                if (chunk.contentHash() != null && chunk.embedding() != null) {
                    known.put(chunk.contentHash(), chunk.embedding());
                }
            }
            after = page.next();
        } while (after != null);
        return known;
    }

    /**
     * Embeds the pieces whose embeddings are not known, each text once.
     *
     * @param known by the hash of their text; gets the others
     * @return how many pieces they were
     */
    private static int embed(
            EmbeddingModel model,
            List<Hashed> pieces,
            Map<String, Embedding> known,
            Course course) {
        Map<String, List<Piece>> fresh = new LinkedHashMap<>();
        for (Hashed hashed : pieces) {
            if (!known.containsKey(hashed.hash())) {
                fresh.computeIfAbsent(hashed.hash(), _ -> new ArrayList<>()).add(hashed.piece());
            }
        }
        int embedded = fresh.values().stream().mapToInt(List::size).sum();
        int done = pieces.size() - embedded;
        course.embedded(Map.of(), done);
        List<Map.Entry<String, List<Piece>>> texts = List.copyOf(fresh.entrySet());
        for (int from = 0; from < texts.size(); from += EMBED_BATCH_MAX) {
            var batch = texts.subList(from, Math.min(texts.size(), from + EMBED_BATCH_MAX));
            Map<String, Embedding> made = embed(model, batch);
            known.putAll(made);
            done += batch.stream().mapToInt(it -> it.getValue().size()).sum();
            course.embedded(made, done);
        }
        return embedded;
    }

    private static Map<String, Embedding> embed(
            EmbeddingModel model, List<Map.Entry<String, List<Piece>>> batch) {
        var embedded =
                model.embed(batch.stream().map(it -> it.getValue().getFirst().text()).toList());
        Map<String, Embedding> made = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            made.put(batch.get(i).getKey(), embedded.get(i).embedding());
        }
        return made;
    }

    private static List<Chunk> chunks(
            Rows rows,
            GivenDocument given,
            ExtractedDocument document,
            List<Hashed> pieces,
            Map<String, Embedding> known) {
        Labels labels = given.labels();
        var metadata = new PieceMetadata(document, labels);
        List<Chunk> chunks = new ArrayList<>();
        for (Hashed hashed : pieces) {
            ChunkKey source = given.source();
            var key = new ChunkKey(source.sourceType(), source.sourceId(), chunks.size());
            chunks.add(
                    new Chunk(
                            key.toId(),
                            key,
                            hashed.piece().text(),
                            hashed.hash(),
                            Objects.requireNonNull(known.get(hashed.hash())),
                            metadata.of(hashed.piece()),
                            labels.tenant() == null ? rows.tenant() : labels.tenant(),
                            null,
                            null,
                            Map.of(),
                            hashed.piece().tokens(),
                            hashed.piece().parent()));
        }
        return chunks;
    }
}

package dev.tributary.document;

import dev.tributary.collection.Collection;
import dev.tributary.document.SourceDocument.Labels;
import dev.tributary.document.SplitDocument.HashedPiece;
import dev.tributary.document.chunk.Chunker;
import dev.tributary.document.chunk.Chunking;
import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.chunk.Piece;
import dev.tributary.document.extract.ExtractedDocument;
import dev.tributary.document.extract.Extractions;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
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
import dev.tributary.vector.TextHash;
import dev.tributary.vector.TextRules;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * The steps that store a document, in order: {@link #split}, {@link #plan}, {@link
 * EmbeddingPlan#embedBatch} until the plan is complete, {@link #chunks}, and {@link #replace}. The
 * caller decides what is written together with a step, and in which transaction. Safe for use by
 * many threads.
 */
@Component
class Documents {
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

    /**
     * Checks what can be checked without reading the document.
     *
     * @throws ServiceException {@code INVALID}; {@code IMPOSSIBLE} if the collection has no model,
     *     or the chunk size is more than the model reads
     */
    void check(Collection collection, SourceDocument source) {
        chunking(source, model(collection));
    }

    /**
     * Extracts the text of a document and splits it.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if the document cannot be read or split, or the
     *     collection has no model; {@code INVALID}; {@code UNSUPPORTED}; {@code UNAVAILABLE}
     */
    SplitDocument split(Caller caller, Collection collection, SourceDocument source) {
        Rows rows = collection.rows(caller);
        EmbeddingModel model = model(collection);
        Chunking chunking = chunking(source, model);
        ExtractedDocument extracted = extractions.read(source.content());
        TextRules.storable("content", extracted.text());
        return new SplitDocument(
                rows, source, model, extracted, pieces(extracted, model, chunking));
    }

    /**
     * Plans the embedding of a document. Pieces whose text is stored with the source already keep
     * the stored embedding.
     *
     * @param kept other embeddings of the document by the model, by the hash of their text
     * @throws ServiceException {@code MISSING} if the collection was deleted; {@code UNAVAILABLE}
     */
    EmbeddingPlan plan(SplitDocument document, Map<String, Embedding> kept) {
        Map<String, Embedding> known = new HashMap<>(kept);
        known.putAll(stored(document.rows(), document.source().key()));
        return new EmbeddingPlan(document, known);
    }

    /**
     * Builds the chunks of a document.
     *
     * @param plan a complete plan
     * @throws ServiceException {@code INVALID} if the metadata is too large together with what was
     *     extracted
     */
    static List<Chunk> chunks(SplitDocument document, EmbeddingPlan plan) {
        Labels labels = document.source().labels();
        var metadata = new PieceMetadata(document.extracted(), labels);
        String tenant = labels.tenant() == null ? document.rows().tenant() : labels.tenant();
        ChunkKey source = document.source().key();
        List<Chunk> chunks = new ArrayList<>();
        for (HashedPiece hashed : document.pieces()) {
            var key = new ChunkKey(source.sourceType(), source.sourceId(), chunks.size());
            chunks.add(
                    new Chunk(
                            key.toId(),
                            key,
                            hashed.piece().text(),
                            hashed.hash(),
                            plan.of(hashed),
                            metadata.of(hashed.piece()),
                            tenant,
                            null,
                            null,
                            Map.of(),
                            hashed.piece().tokens(),
                            hashed.piece().parent()));
        }
        return chunks;
    }

    /**
     * Replaces all chunks of the source. Joins the transaction that is running in this thread, and
     * locks the source until its end. Safe to repeat.
     *
     * @param chunks none to delete the source
     * @throws ServiceException as {@link RecordStore#replaceSource}
     */
    ReplaceOutcome replace(Rows rows, ChunkKey source, List<Chunk> chunks) {
        return store.replaceSource(rows, source.sourceType(), source.sourceId(), chunks);
    }

    private EmbeddingModel model(Collection collection) {
        String name = collection.model();
        if (name == null) {
            throw ServiceException.impossible(
                            "no_model",
                            "content",
                            "needs a model to be split and embedded, but collection "
                                    + collection.name()
                                    + " has none")
                    .withHint("put chunks with their embeddings, or use a collection with a model");
        }
        return models.get(name);
    }

    private static Chunking chunking(SourceDocument source, EmbeddingModel model) {
        ChunkingRequest request = source.chunking();
        return request == null ? Chunking.defaultFor(model) : Chunking.of(request, model);
    }

    private List<HashedPiece> pieces(
            ExtractedDocument document, EmbeddingModel model, Chunking chunking) {
        List<Piece> pieces = Chunker.split(document, model, chunking);
        if (pieces.isEmpty()) {
            throw withoutText();
        }
        if (pieces.size() > limits.chunksMax()) {
            throw ServiceException.impossible(
                            "too_many_chunks",
                            "content",
                            "is split into %,d chunks, must be at most %,d"
                                    .formatted(pieces.size(), limits.chunksMax()))
                    .withHint("split it into several documents, or use larger chunks");
        }
        return pieces.stream()
                .map(piece -> new HashedPiece(piece, TextHash.of(piece.text())))
                .toList();
    }

    /** A document of no chunks would delete the version before. */
    private static ServiceException withoutText() {
        return ServiceException.impossible(
                        "document_without_text", "content", "has no text to search for")
                .withHint(
                        "send the text itself: a page that a script fills must be rendered first;"
                                + " to remove the document, DELETE it");
    }

    /** The embeddings stored with the source, by the hash of their content. */
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
}

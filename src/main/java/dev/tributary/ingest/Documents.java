package dev.tributary.ingest;

import dev.tributary.collection.Collection;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.ingest.DocumentRequest.ChunkingRequest;
import dev.tributary.json.Metadata;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Include;
import dev.tributary.vector.Page;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.TextRules;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Splits documents into chunks, embeds what is new in them, and replaces them as a whole. */
@Component
class Documents {
    private static final int TITLE_LENGTH_MAX = 1_024;

    private final EmbeddingModels models;
    private final VectorStore store;
    private final ChunkRules rules;

    Documents(EmbeddingModels models, VectorStore store, IngestProperties limits) {
        this.models = models;
        this.store = store;
        rules = new ChunkRules(limits);
    }

    DocumentAnswer put(Collection collection, String sourceId, DocumentRequest request) {
        EmbeddingModel model = model(collection);
        ChunkKey first = key(request.sourceType(), sourceId);
        String content = content(request.content());
        Map<String, @Nullable Object> metadata = metadata(request);
        String tenant = rules.tenant(request.tenant());
        List<Piece> pieces =
                Chunker.split(
                        content,
                        contentType(request.contentType(), sourceId),
                        model,
                        chunking(request.chunking(), model));
        Map<String, Embedding> known = stored(collection, first);
        Set<String> fresh = new LinkedHashSet<>();
        for (Piece piece : pieces) {
            if (!known.containsKey(ChunkRules.sha256(piece.text()))) {
                fresh.add(piece.text());
            }
        }
        embed(model, List.copyOf(fresh), known);
        List<Chunk> chunks = new ArrayList<>();
        for (Piece piece : pieces) {
            chunks.add(chunk(first, chunks.size(), piece, known, metadata, tenant));
        }
        ReplaceOutcome outcome =
                store.replaceSource(collection.ref(), first.sourceType(), first.sourceId(), chunks);
        int embedded = (int) pieces.stream().filter(piece -> fresh.contains(piece.text())).count();
        return new DocumentAnswer(
                chunks.size(), embedded, chunks.size() - embedded, outcome.deleted());
    }

    long delete(Collection collection, @Nullable String sourceType, String sourceId) {
        ChunkKey key = key(sourceType, sourceId);
        return store.delete(collection.ref(), Filter.source(key.sourceType(), key.sourceId()));
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

    private ChunkKey key(@Nullable String sourceType, String sourceId) {
        return new ChunkKey(
                rules.sourceType(sourceType), TextRules.storable("source_id", sourceId), 0);
    }

    private String content(@Nullable String content) {
        if (content == null) {
            throw ServiceException.invalid("content", "is required");
        }
        return Objects.requireNonNull(rules.content("content", content));
    }

    private Map<String, @Nullable Object> metadata(DocumentRequest request) {
        Map<String, @Nullable Object> metadata =
                new LinkedHashMap<>(rules.metadata(request.metadata()));
        String title = request.title();
        if (title != null) {
            if (title.length() > TITLE_LENGTH_MAX) {
                throw ServiceException.invalid(
                        "title",
                        "has %,d characters, must have at most %,d"
                                .formatted(title.length(), TITLE_LENGTH_MAX));
            }
            metadata.put("title", TextRules.storable("title", title));
        }
        return Metadata.check("metadata", metadata);
    }

    private static ContentType contentType(@Nullable String contentType, String sourceId) {
        if (contentType == null) {
            String name = sourceId.toLowerCase(Locale.ROOT);
            return name.endsWith(".md") || name.endsWith(".markdown")
                    ? ContentType.MARKDOWN
                    : ContentType.PLAIN;
        }
        String type = contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "text/plain" -> ContentType.PLAIN;
            case "text/markdown", "text/x-markdown" -> ContentType.MARKDOWN;
            default ->
                    throw ServiceException.invalid(
                            "content_type",
                            "is " + contentType + ", must be text/plain or text/markdown");
        };
    }

    private static Chunking chunking(@Nullable ChunkingRequest request, EmbeddingModel model) {
        return request == null
                ? Chunking.defaultFor(model)
                : Chunking.of(request.strategy(), request.size(), request.overlap(), model);
    }

    /** The embeddings of the source's chunks as they are stored, by the hash of their content. */
    private Map<String, Embedding> stored(Collection collection, ChunkKey source) {
        Filter ofSource = Filter.source(source.sourceType(), source.sourceId());
        Map<String, Embedding> known = new HashMap<>();
        UUID after = null;
        do {
            Page page =
                    store.scroll(
                            collection.ref(),
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

    private static void embed(
            EmbeddingModel model, List<String> contents, Map<String, Embedding> known) {
        var embedded = model.embed(contents);
        for (int i = 0; i < contents.size(); i++) {
            known.put(ChunkRules.sha256(contents.get(i)), embedded.get(i).embedding());
        }
    }

    private static Chunk chunk(
            ChunkKey source,
            int index,
            Piece piece,
            Map<String, Embedding> known,
            Map<String, @Nullable Object> metadata,
            @Nullable String tenant) {
        var key = new ChunkKey(source.sourceType(), source.sourceId(), index);
        String hash = ChunkRules.sha256(piece.text());
        return new Chunk(
                key.toId(),
                key,
                piece.text(),
                hash,
                Objects.requireNonNull(known.get(hash)),
                metadata,
                tenant,
                null,
                null,
                Map.of(),
                piece.tokens());
    }
}

package dev.tributary.reembed;

import dev.tributary.embedding.Embedded;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Filter.Column;
import dev.tributary.vector.Filter.Equal;
import dev.tributary.vector.Filter.Value;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.StoredChunk;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Embeds chunks of one collection with another model, and writes them into another collection under
 * the same ids. Thread-safe.
 */
record Reembedder(
        RecordStore store, EmbeddingModel model, CollectionRef source, CollectionRef target) {
    private static final String NO_CONTENT = "has no content to embed";
    private static final String REFUSED =
            "PostgreSQL cannot store it with its new embedding: a number is out of range, or it is too long";

    /**
     * Chunks for the target.
     *
     * @param absent ids that the source does not have, so the target must not have them either
     * @param failed ids that the source has but the target cannot have, with the reason
     */
    record Batch(List<Chunk> chunks, List<UUID> absent, Map<UUID, String> failed) {
        Batch {
            chunks = List.copyOf(chunks);
            absent = List.copyOf(absent);
            failed = Map.copyOf(failed);
        }

        /** The same batch with the chunks of a part marked as failed. */
        Batch withFailed(Batch part) {
            Map<UUID, String> all = new HashMap<>(failed);
            part.chunks().forEach(chunk -> all.put(chunk.id(), REFUSED));
            return new Batch(
                    chunks.stream().filter(chunk -> !all.containsKey(chunk.id())).toList(),
                    absent,
                    all);
        }

        /** Parts of the batch: the absent and failed ids, and each chunk alone. */
        List<Batch> parts() {
            List<Batch> parts = new ArrayList<>();
            parts.add(new Batch(List.of(), absent, failed));
            for (Chunk chunk : chunks) {
                parts.add(new Batch(List.of(chunk), List.of(), Map.of()));
            }
            return parts;
        }
    }

    /** The embedding of a text, and its tokens. */
    private record Vector(Embedding embedding, @Nullable Integer tokens) {}

    /** Embeds texts for the new collection. */
    @FunctionalInterface
    interface Embedder {
        /**
         * Returns the embeddings in the order of the texts; empty if they cannot be computed now.
         */
        Optional<List<Embedded>> embed(List<String> texts);
    }

    /** Embeds chunks of the source. */
    Batch embed(List<StoredChunk> chunks) {
        return embedded(chunks, List.of(), new HashMap<>(), this::embedTexts).orElseThrow();
    }

    /** Reads chunks of the source by their ids, and embeds those whose contents have changed. */
    Batch embedByIds(List<UUID> ids) {
        return embedByIds(ids, this::embedTexts).orElseThrow();
    }

    /** The same with a different embedder, which is not called if no content has changed. */
    Optional<Batch> embedByIds(List<UUID> ids, Embedder embedder) {
        return embedded(read(ids), ids, known(ids), embedder);
    }

    private Optional<List<Embedded>> embedTexts(List<String> texts) {
        return Optional.of(model.embed(texts));
    }

    private Optional<Batch> embedded(
            List<StoredChunk> chunks,
            List<UUID> asked,
            Map<String, Vector> vectors,
            Embedder embedder) {
        List<String> texts = missing(vectors, chunks);
        if (!texts.isEmpty()) {
            Optional<List<Embedded>> embedded = embedder.embed(texts);
            if (embedded.isEmpty()) {
                return Optional.empty();
            }
            for (int i = 0; i < texts.size(); i++) {
                Embedding embedding = embedded.get().get(i).embedding();
                requireDimension(embedding);
                vectors.put(texts.get(i), new Vector(embedding, embedded.get().get(i).tokens()));
            }
        }
        return Optional.of(batch(chunks, asked, vectors));
    }

    private List<StoredChunk> read(List<UUID> ids) {
        return store.get(source.allRows(), ids, Include.DEFAULT);
    }

    /**
     * The embeddings in the target, by content rather than by hash: SQL that changes content may
     * leave the hash unchanged.
     */
    private Map<String, Vector> known(List<UUID> ids) {
        Map<String, Vector> vectors = new HashMap<>();
        for (StoredChunk chunk :
                store.get(target.allRows(), ids, Set.of(Include.CONTENT, Include.EMBEDDING))) {
            if (chunk.content() != null && chunk.embedding() != null) {
                vectors.put(chunk.content(), new Vector(chunk.embedding(), chunk.tokenCount()));
            }
        }
        return vectors;
    }

    private static List<String> missing(Map<String, Vector> vectors, List<StoredChunk> chunks) {
        Set<String> texts = new LinkedHashSet<>();
        for (StoredChunk chunk : chunks) {
            if (chunk.content() != null && !vectors.containsKey(chunk.content())) {
                texts.add(chunk.content());
            }
        }
        return List.copyOf(texts);
    }

    /** Fails the job: if every chunk failed alone, the name would switch to an empty collection. */
    private void requireDimension(Embedding embedding) {
        if (embedding.dimension() != target.dimension()) {
            throw ServiceException.impossible(
                    "dimension_mismatch",
                    "dimension",
                    "is %,d, but model %s has %,d"
                            .formatted(target.dimension(), model.name(), embedding.dimension()));
        }
    }

    private static Batch batch(
            List<StoredChunk> chunks, List<UUID> asked, Map<String, Vector> vectors) {
        Set<UUID> absent = new LinkedHashSet<>(asked);
        Map<UUID, String> failed = new LinkedHashMap<>();
        List<Chunk> ready = new ArrayList<>();
        for (StoredChunk chunk : chunks) {
            absent.remove(chunk.id());
            if (chunk.content() == null) {
                failed.put(chunk.id(), NO_CONTENT);
            } else {
                ready.add(chunk(chunk, Objects.requireNonNull(vectors.get(chunk.content()))));
            }
        }
        return new Batch(ready, List.copyOf(absent), failed);
    }

    private static Chunk chunk(StoredChunk chunk, Vector vector) {
        return new Chunk(
                chunk.id(),
                chunk.key(),
                chunk.content(),
                chunk.contentHash(),
                vector.embedding(),
                Objects.requireNonNull(chunk.metadata()),
                chunk.tenant(),
                chunk.aclDigest(),
                chunk.certRefs(),
                chunk.boosts(),
                vector.tokens(),
                chunk.parent());
    }

    /**
     * Writes a batch to the target. Joins the running transaction. Safe to repeat.
     *
     * @return the ids of chunks that the source has but the target does not, with the reason
     */
    Map<UUID, String> write(Batch batch) {
        Map<UUID, String> failed = new LinkedHashMap<>(batch.failed());
        if (!batch.chunks().isEmpty()) {
            store.delete(target.allRows(), strangers(batch.chunks()));
            for (ChunkOutcome outcome : store.upsert(target.allRows(), batch.chunks())) {
                if (outcome.error() != null) {
                    failed.put(outcome.id(), outcome.error());
                }
            }
        }
        Set<UUID> gone = new HashSet<>(batch.absent());
        gone.addAll(failed.keySet());
        if (!gone.isEmpty()) {
            store.delete(target.allRows(), Filter.ids(List.copyOf(gone)));
        }
        return failed;
    }

    /**
     * Matches chunks with the same keys but different ids. In the source, they have other keys now
     * or were deleted, so a change of each is still to come.
     */
    private static Filter strangers(List<Chunk> chunks) {
        List<Filter> keys = new ArrayList<>();
        for (Chunk chunk : chunks) {
            ChunkKey key = chunk.key();
            var index = new Value.Decimal(BigDecimal.valueOf(key.chunkIndex()));
            keys.add(
                    new Filter.And(
                            List.of(
                                    Filter.source(key.sourceType(), key.sourceId()),
                                    new Equal(Column.CHUNK_INDEX, index))));
        }
        List<UUID> own = chunks.stream().map(Chunk::id).toList();
        return new Filter.And(List.of(new Filter.Or(keys), new Filter.Not(Filter.ids(own))));
    }
}

package dev.tributary.vector;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of a search result.
 *
 * @param score higher is better; see {@link Metric#score} and {@link Fusion}
 * @param distance distance to the query; null for a hit of the text leg alone
 * @param content null unless requested; so are metadata and embedding
 * @param legs where each leg ranked it; null unless the search was hybrid
 * @param parentIndex {@link Parent#index()} of the hit's parent; null for most hits
 */
public record Hit(
        UUID id,
        ChunkKey key,
        double score,
        @Nullable Double distance,
        @Nullable String content,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable Embedding embedding,
        @Nullable Legs legs,
        @Nullable Integer parentIndex) {

    /** A hit without a parent. */
    public Hit(
            UUID id,
            ChunkKey key,
            double score,
            @Nullable Double distance,
            @Nullable String content,
            @Nullable Map<String, @Nullable Object> metadata,
            @Nullable Embedding embedding,
            @Nullable Legs legs) {
        this(id, key, score, distance, content, metadata, embedding, legs, null);
    }

    /** The same hit with these heavy parts. */
    public Hit with(
            @Nullable String newContent,
            @Nullable Map<String, @Nullable Object> newMetadata,
            @Nullable Embedding newEmbedding) {
        return new Hit(
                id, key, score, distance, newContent, newMetadata, newEmbedding, legs, parentIndex);
    }

    /** The ranks by leg. Each is null if the chunk was not among the candidates of that leg. */
    public record Legs(@Nullable VectorRank vector, @Nullable TextRank text) {}

    /**
     * A place among the candidates of the vector leg.
     *
     * @param rank from 1
     */
    public record VectorRank(int rank, double distance) {}

    /**
     * A place among the candidates of the text leg.
     *
     * @param rank from 1
     * @param score score of the text leg, higher is better; comparable within one result only
     */
    public record TextRank(int rank, double score) {}
}

package dev.tributary.vector;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of an answer.
 *
 * @param score higher is better; see {@link Metric#score} and {@link Fusion}
 * @param distance to the query; null for a hit of the text leg alone
 * @param content null unless asked for; so are metadata and embedding
 * @param legs where each leg ranked it; null unless the search was hybrid
 * @param parentIndex the {@link Parent#index()} of what it is a part of; null for most
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

    /** A hit that is no part of anything larger. */
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

    /** Each null where that leg did not have the chunk among its candidates. */
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
     * @param score of the text leg, higher is better; comparable within one answer only
     */
    public record TextRank(int rank, double score) {}
}

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
 */
public record Hit(
        UUID id,
        ChunkKey key,
        double score,
        @Nullable Double distance,
        @Nullable String content,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable Embedding embedding,
        @Nullable Legs legs) {

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

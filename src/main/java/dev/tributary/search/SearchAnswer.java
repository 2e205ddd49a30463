package dev.tributary.search;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.Hit;
import dev.tributary.vector.SearchResult;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param results the hits, best first; ties by id
 * @param complete true promises: if fewer than top_k came back, no more matching chunks exist
 * @param warnings what the caller should know, in sentences; mostly empty
 * @param store which store answered, such as pgvector
 * @param tookMs time in the service, milliseconds
 */
record SearchAnswer(
        List<Result> results,
        boolean complete,
        List<String> warnings,
        String store,
        double tookMs) {

    /**
     * One chunk found.
     *
     * @param id of the chunk
     * @param score higher is better: 1 - distance for cosine, 1 / (1 + distance) for l2, the
     *     product for inner_product, the fused score in a hybrid search
     * @param distance to the query vector, smaller is nearer; absent where only the text leg found
     *     it
     * @param sourceType kind of its source
     * @param sourceId its source
     * @param chunkIndex its position within the source, from 0
     * @param content its text
     * @param metadata its metadata
     * @param embedding its vector, if included
     * @param legs where each leg ranked it; in hybrid searches only
     */
    record Result(
            UUID id,
            double score,
            @Nullable Double distance,
            String sourceType,
            String sourceId,
            int chunkIndex,
            @Nullable String content,
            @Nullable Map<String, @Nullable Object> metadata,
            @Nullable Embedding embedding,
            @Nullable Legs legs) {}

    /**
     * Each leg's view of a hit.
     *
     * @param vector absent where the vector leg did not have it among its candidates
     * @param text absent where the text leg did not have it among its candidates
     */
    record Legs(@Nullable VectorLeg vector, @Nullable TextLeg text) {}

    /**
     * The vector leg's view of a hit.
     *
     * @param rank from 1
     * @param distance to the query vector
     */
    record VectorLeg(int rank, double distance) {}

    /**
     * The text leg's view of a hit.
     *
     * @param rank from 1
     * @param score higher is better; comparable within one answer only
     */
    record TextLeg(int rank, double score) {}

    static SearchAnswer of(
            SearchResult result, List<String> warnings, String store, double tookMs) {
        return new SearchAnswer(
                result.hits().stream().map(SearchAnswer::resultOf).toList(),
                result.complete(),
                warnings,
                store,
                tookMs);
    }

    private static Result resultOf(Hit hit) {
        return new Result(
                hit.id(),
                hit.score(),
                hit.distance(),
                hit.key().sourceType(),
                hit.key().sourceId(),
                hit.key().chunkIndex(),
                hit.content(),
                hit.metadata(),
                hit.embedding(),
                legsOf(hit.legs()));
    }

    private static @Nullable Legs legsOf(Hit.@Nullable Legs legs) {
        if (legs == null) {
            return null;
        }
        Hit.VectorRank vector = legs.vector();
        Hit.TextRank text = legs.text();
        return new Legs(
                vector == null ? null : new VectorLeg(vector.rank(), vector.distance()),
                text == null ? null : new TextLeg(text.rank(), text.score()));
    }
}

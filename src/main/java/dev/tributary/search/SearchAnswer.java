package dev.tributary.search;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Include;
import dev.tributary.vector.SearchOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of a search.
 *
 * @param results the hits, best first; ties by id. Hits of a group are consecutive, the group of
 *     the best hit first. With diversity, hits are in the order in which they were picked
 * @param complete true guarantees that if fewer than top_k results were returned, there are no more
 *     matching chunks, groups, or chunks of a group with too few
 * @param warnings warnings, in sentences; usually empty
 * @param store which store answered, such as pgvector
 * @param tookMs time in the service, milliseconds
 * @param explain how the search was run; absent unless requested
 */
record SearchAnswer(
        List<Result> results,
        boolean complete,
        List<String> warnings,
        String store,
        double tookMs,
        @Nullable Explain explain) {

    /**
     * One chunk found.
     *
     * @param id id of the chunk
     * @param score higher is better: 1 - distance for cosine, 1 / (1 + distance) for l2, the
     *     product for inner_product, the fused score in a hybrid search; multiplied by the boost,
     *     if one was requested
     * @param distance distance to the query vector, smaller is nearer; absent if only the text leg
     *     found the chunk
     * @param sourceType kind of its source
     * @param sourceId its source
     * @param chunkIndex its position within the source, from 0
     * @param content its text, or that of its parent
     * @param metadata its metadata
     * @param embedding its vector, if included
     * @param legs its rank in each leg; in hybrid searches only
     * @param group the value that its group has in common; absent if hits are not grouped, or if
     *     the chunk has no value and is a group of its own
     * @param parent the parent whose content this is; absent unless requested with expand and the
     *     chunk has a parent
     * @param rerankScore score of the reranker, higher is better, comparable within this response
     *     only; absent if the hit was not reranked
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
            @Nullable Legs legs,
            @Nullable Object group,
            @Nullable ParentAnswer parent,
            @Nullable Double rerankScore) {}

    /**
     * The larger piece of a document that is returned instead of its chunks.
     *
     * @param chunkIndex index of its first chunk
     * @param chunks indexes of its best chunk, and of its other chunks among the best top_k
     *     overall; best first
     */
    record ParentAnswer(int chunkIndex, List<Integer> chunks) {}

    /**
     * Each leg's view of a hit.
     *
     * @param vector the vector leg's view; absent if the chunk is not among its candidates
     * @param text the text leg's view; absent if the chunk is not among its candidates
     */
    record Legs(@Nullable VectorLeg vector, @Nullable TextLeg text) {}

    /**
     * The vector leg's view of a hit.
     *
     * @param rank rank in this leg, from 1
     * @param distance distance to the query vector
     */
    record VectorLeg(int rank, double distance) {}

    /**
     * The text leg's view of a hit.
     *
     * @param rank rank in this leg, from 1
     * @param score higher is better; comparable within this response only
     */
    record TextLeg(int rank, double score) {}

    /**
     * How a search was run.
     *
     * @param steps the searches that the store ran, in order; several if hits are grouped, or if
     *     one returned too few hits
     * @param embedMs time that the model took to embed the query, milliseconds; absent if it was
     *     not used
     * @param rerankMs time that the reranker took, milliseconds; absent if it was not used
     */
    record Explain(List<Step> steps, @Nullable Double embedMs, @Nullable Double rerankMs) {}

    /**
     * One search of the store.
     *
     * @param path how candidates of the vector leg were found, such as index
     * @param reason why this path was chosen, in a sentence
     * @param rowsScanned rows read from tables and indexes
     * @param tookMs time in the store, milliseconds
     * @param legs milliseconds by leg: vector, text
     * @param plan the query plan as the store reports it
     */
    record Step(
            String path,
            String reason,
            long rowsScanned,
            double tookMs,
            Map<String, Double> legs,
            Object plan) {}

    /**
     * Builds the answer to a search.
     *
     * @param options determine which parts of hits are returned; hits may have other parts, which
     *     were needed to rank them
     */
    static SearchAnswer of(
            RankedHits hits,
            SearchOptions options,
            SearchReport report,
            String store,
            double tookMs) {
        return new SearchAnswer(
                hits.hits().stream().map(hit -> resultOf(hit, options.include())).toList(),
                hits.complete(),
                report.warnings(),
                store,
                tookMs,
                options.explain() ? explainOf(report) : null);
    }

    private static Explain explainOf(SearchReport report) {
        return new Explain(
                report.steps().stream().map(SearchAnswer::stepOf).toList(),
                report.embedMs(),
                report.rerankMs());
    }

    private static Step stepOf(Explanation.Step step) {
        return new Step(
                step.path(),
                step.reason(),
                step.rowsScanned(),
                step.tookMs(),
                step.legs(),
                step.plan());
    }

    private static Result resultOf(RankedHit ranked, Set<Include> include) {
        Hit hit = ranked.hit();
        return new Result(
                hit.id(),
                hit.score(),
                hit.distance(),
                hit.key().sourceType(),
                hit.key().sourceId(),
                hit.key().chunkIndex(),
                include.contains(Include.CONTENT) ? hit.content() : null,
                include.contains(Include.METADATA) ? hit.metadata() : null,
                include.contains(Include.EMBEDDING) ? hit.embedding() : null,
                legsOf(hit.legs()),
                ranked.groupValue(),
                parentOf(ranked.parent()),
                ranked.rerankScore());
    }

    private static @Nullable ParentAnswer parentOf(RankedHit.@Nullable ParentMatch parent) {
        return parent == null ? null : new ParentAnswer(parent.chunkIndex(), parent.chunks());
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

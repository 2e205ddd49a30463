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
 * What a search found.
 *
 * @param results the hits, best first; ties by id. Hits of a group follow each other, the group of
 *     the best hit first; with diversity they are in the order in which they were picked
 * @param complete true guarantees that if fewer than top_k came back, there are no more matching
 *     chunks, groups, or chunks of a short group
 * @param warnings warnings, in sentences; usually empty
 * @param store which store answered, such as pgvector
 * @param tookMs time in the service, milliseconds
 * @param explain how the search was run; absent unless asked for
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
     * @param id of the chunk
     * @param score higher is better: 1 - distance for cosine, 1 / (1 + distance) for l2, the
     *     product for inner_product, the fused score in a hybrid search; times the boost, if one
     *     was asked for
     * @param distance to the query vector, smaller is nearer; absent where only the text leg found
     *     it
     * @param sourceType kind of its source
     * @param sourceId its source
     * @param chunkIndex its position within the source, from 0
     * @param content its text, or that of its parent
     * @param metadata its metadata
     * @param embedding its vector, if included
     * @param legs its rank in each leg; in hybrid searches only
     * @param group what its group has in common; absent if hits are not grouped, and where a chunk
     *     without a value is a group of its own
     * @param parent whose content this is; absent unless asked for with expand, and the chunk has
     *     one
     * @param rerankScore score of the reranker, higher is better, comparable within one answer
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
     * @param chunkIndex of its first chunk
     * @param chunks indexes of those of its chunks that are among the top_k best of all, and of the
     *     best one, the best first
     */
    record ParentAnswer(int chunkIndex, List<Integer> chunks) {}

    /**
     * Each leg's view of a hit.
     *
     * @param vector absent if it is not among the candidates of the vector leg
     * @param text absent if it is not among the candidates of the text leg
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

    /**
     * How a search was run.
     *
     * @param steps the searches that the store ran, in order; several where hits are grouped, or
     *     one came back short
     * @param embedMs time the model took for the query, milliseconds; absent if it was not used
     * @param rerankMs time the reranker took, milliseconds; absent if it was not used
     */
    record Explain(List<Step> steps, @Nullable Double embedMs, @Nullable Double rerankMs) {}

    /**
     * One search of the store.
     *
     * @param path how candidates of the vector leg were found, such as index
     * @param reason why this path, in a sentence
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
     * The answer to a search.
     *
     * @param options say which parts of hits are returned; hits may have others, which were needed
     *     to rank them
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

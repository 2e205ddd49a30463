package dev.tributary.search;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.QuerySyntax;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextQuery;
import dev.tributary.vector.VectorQuery;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search request after validation: defaults are filled in, and every value is within its range.
 * Unlike the store's queries that are built from it, it may start from a text or a chunk instead of
 * a vector, and it says what the service does with the hits.
 *
 * @param collection name or alias of the collection
 * @param source what the query vector is made from
 * @param text null unless the search is hybrid
 * @param options options of the query. They exclude the chunk that the search starts from
 */
record SearchSpec(
        String collection,
        Source source,
        @Nullable TextLeg text,
        SearchOptions options,
        Refinement refinement) {

    /** What the query vector is made from. */
    sealed interface Source {}

    /** A text, which the model of the collection embeds. */
    record QueryText(String text) implements Source {}

    /** A vector from the request. */
    record GivenVector(Embedding embedding) implements Source {}

    /** A stored chunk, which has an embedding. */
    record StoredExample(UUID id) implements Source {}

    /**
     * The text leg of a hybrid search.
     *
     * @param fusion how both legs are combined; each may be switched off by a weight of 0
     */
    record TextLeg(String query, QuerySyntax syntax, Fusion fusion) {}

    /**
     * What the service does with the hits of the store.
     *
     * @param group null if hits are not grouped
     * @param rerank null if hits are not reranked
     * @param diversity 0 (off) to 1
     */
    record Refinement(@Nullable Group group, @Nullable Rerank rerank, double diversity) {
        /** True if each hit is returned with the content of its parent. */
        boolean isExpanded() {
            return group != null && group.by() instanceof ParentKey;
        }
    }

    /**
     * How hits are grouped.
     *
     * @param size most hits per group, 1 to 100
     */
    record Group(GroupKey by, int size) {}

    /**
     * How hits are reranked.
     *
     * @param model name of the reranker; null for the only one
     * @param query the text that contents are scored against
     * @param topN most hits to return; most groups if hits are grouped
     */
    record Rerank(@Nullable String model, String query, int topN) {}

    /** True if a vector is needed: there is no text leg, or the vector leg has a weight. */
    boolean hasVectorLeg() {
        return text == null || text.fusion().hasVectorLeg();
    }

    /** True if the text leg can answer without a vector. */
    boolean hasTextLeg() {
        return text != null && text.fusion().hasTextLeg();
    }

    /** The query for a search by vector alone. */
    VectorQuery vectorQuery(Embedding embedding) {
        return new VectorQuery(embedding, options);
    }

    /**
     * The query for a hybrid search.
     *
     * @param leg {@link #text}
     * @param embedding null turns the vector leg off
     */
    HybridQuery hybridQuery(TextLeg leg, @Nullable Embedding embedding) {
        Fusion fusion = leg.fusion();
        var effective =
                new Fusion(
                        fusion.k(),
                        embedding == null ? 0 : fusion.vectorWeight(),
                        fusion.textWeight(),
                        refinement.group() == null ? fusion.candidates() : Fusion.CANDIDATES_MAX);
        return new HybridQuery(
                embedding, TextQuery.parse(leg.query(), leg.syntax()), effective, options);
    }
}

package dev.tributary.search;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.Include;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search request as it was sent: any field may be absent or invalid. {@link SearchReader} turns
 * it into a {@link SearchSpec}.
 */
sealed interface SearchTerms permits SearchRequest, HybridRequest {
    /** The namespace of the collection; {@code default} if absent. */
    @Nullable String namespace();

    /** The collection, or an alias for it; required. */
    @Nullable String collection();

    /** What the user typed, at most 8,192 characters. */
    @Nullable String query();

    /** The query as a vector, an array of numbers or base64 of little-endian float32. */
    @Nullable Embedding embedding();

    /** The id of a stored chunk: searches with its embedding and leaves the chunk itself out. */
    @Nullable UUID like();

    /** Most hits to return, 1 to 1,000; 10 if absent. */
    @Nullable Integer topK();

    /**
     * Lowest similarity that a hit, or in a hybrid search a candidate of the vector leg, may have.
     */
    @Nullable Double threshold();

    /**
     * A condition that every hit meets, in MongoDB's notation. On an array, it holds if any element
     * meets it. A key is a path with dots; a backslash before a dot or a dollar makes it part of
     * the key.
     */
    @Nullable Map<String, @Nullable Object> filter();

    /** Only chunks of this kind of source. */
    @Nullable String sourceType();

    /** Only chunks of this tenant. */
    @Nullable String tenant();

    /** Only chunks without an ACL digest, or with one of these (hexadecimal). */
    @Nullable List<String> acl();

    /** How thoroughly to search. */
    @Nullable Params params();

    /** Which large fields to return; content and metadata if absent. */
    @Nullable List<Include> include();

    /**
     * Name of the factor in the chunks' boosts that scores are multiplied by; 1 if a chunk lacks
     * it.
     */
    @Nullable String boost();

    /**
     * Groups the hits by a column (source_id, source_type, tenant, ...) or a path into the
     * metadata, escaped as in filter; top_k is then the number of groups.
     */
    @Nullable String groupBy();

    /** Most hits of a group, 1 to 100, with top_k at most 1,000 hits together; 1 if absent. */
    @Nullable Integer groupSize();

    /**
     * parent returns the larger pieces of documents that chunks are parts of, instead of the
     * chunks. Chunks of the same parent become one result: the best of them, with the content of
     * the parent. A chunk without a parent is returned as it is. A reranker reads the contents of
     * parents. Cannot be combined with group_by.
     */
    @Nullable Expand expand();

    /** Reranks the hits: a reranker scores them against the text of the query. */
    @Nullable RerankRequest rerank();

    /**
     * How much hits must differ from those before them, 0 (not at all) to 1; 0 if absent. Results
     * are then in the order in which they were picked.
     */
    @Nullable Double diversity();

    /** True returns how the search was run; the search then takes about twice as long. */
    @Nullable Boolean explain();

    /**
     * Reorders the hits by the score of a reranker.
     *
     * @param model the reranker; optional if there is only one
     * @param topN most hits to return, or groups, 1 to top_k; top_k if absent
     */
    record RerankRequest(@Nullable String model, @Nullable Integer topN) {}

    /**
     * How thoroughly to search.
     *
     * @param efSearch candidates kept while the index is walked, 1 to 1,000; more candidates find
     *     more and take longer
     * @param exact true compares every matching chunk and uses no approximate index
     * @param store the store that searches by vector: pgvector (the default), or a derived store
     *     that follows the collection, such as qdrant. What it cannot answer as asked, PostgreSQL
     *     answers, with a warning
     */
    record Params(@Nullable Integer efSearch, @Nullable Boolean exact, @Nullable String store) {
        static final Params NONE = new Params(null, null, null);
    }
}

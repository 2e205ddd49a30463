package dev.tributary.search;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.Include;
import dev.tributary.vector.QuerySyntax;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search by vector and words at once: the words are those of the query.
 *
 * @param querySyntax natural: a quoted phrase is a phrase, and every other character is text. web:
 *     a minus before a word or a phrase excludes chunks with it, too. natural if absent
 */
record HybridRequest(
        @Nullable String namespace,
        @Nullable String collection,
        @Nullable String query,
        @Nullable Embedding embedding,
        @Nullable UUID like,
        @Nullable Integer topK,
        @Nullable Double threshold,
        @Nullable Map<String, @Nullable Object> filter,
        @Nullable String sourceType,
        @Nullable String tenant,
        @Nullable List<String> acl,
        @Nullable Params params,
        @Nullable List<Include> include,
        @Nullable String boost,
        @Nullable String groupBy,
        @Nullable Integer groupSize,
        @Nullable Expand expand,
        @Nullable RerankRequest rerank,
        @Nullable Double diversity,
        @Nullable Boolean explain,
        @Nullable QuerySyntax querySyntax,
        @Nullable FusionRequest fusion)
        implements SearchTerms {

    /**
     * How the two legs are fused: a hit's score is the sum of weight / (k + rank) over the legs
     * that have it.
     *
     * @param k how much the first ranks stand out, 1 to 1,000; 60 if absent
     * @param weights weights of the legs; 1 and 1 if absent
     * @param candidates most candidates of each leg, 1 to 1,000; 100 if absent
     */
    record FusionRequest(
            @Nullable Integer k, @Nullable Weights weights, @Nullable Integer candidates) {}

    /**
     * The weights of the legs.
     *
     * @param vector weight of the vector leg, 0 or more; 0 turns the leg off, and nothing is
     *     embedded; 1 if absent
     * @param text weight of the text leg, 0 or more; 0 turns the leg off; 1 if absent
     */
    record Weights(@Nullable Double vector, @Nullable Double text) {}
}

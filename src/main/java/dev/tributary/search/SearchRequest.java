package dev.tributary.search;

import dev.tributary.vector.Embedding;
import dev.tributary.vector.Include;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A search by vector, which is given by exactly one of query, embedding and like. */
record SearchRequest(
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
        @Nullable Boolean explain)
        implements SearchTerms {}

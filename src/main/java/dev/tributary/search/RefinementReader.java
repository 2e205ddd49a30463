package dev.tributary.search;

import dev.tributary.failure.FieldErrors;
import dev.tributary.search.SearchSpec.Group;
import dev.tributary.search.SearchSpec.Refinement;
import dev.tributary.search.SearchSpec.Rerank;
import dev.tributary.search.SearchTerms.RerankRequest;
import dev.tributary.vector.VectorStore;
import org.jspecify.annotations.Nullable;

/** Reads what the service does with the hits of the store. Not safe for use by several threads. */
final class RefinementReader {
    private static final int GROUP_SIZE_MAX = 100;

    private final FieldErrors errors;

    RefinementReader(FieldErrors errors) {
        this.errors = errors;
    }

    /** Reads the refinement. The result must not be used if a part was refused. */
    Refinement read(SearchTerms request, int topK) {
        double diversity = diversity(request.diversity());
        if (request.groupBy() != null && diversity > 0) {
            errors.refuse("diversity", "cannot be combined with group_by");
        }
        if (request.expand() != null && request.groupBy() != null) {
            errors.refuse(
                    "expand", "cannot be combined with group_by: it groups by parents itself");
        }
        Group group =
                request.expand() == null
                        ? group(request, topK)
                        : new Group(parents(request.expand(), request.groupSize()), 1);
        return new Refinement(group, rerank(request, topK), diversity);
    }

    private double diversity(@Nullable Double diversity) {
        if (diversity == null) {
            return 0;
        }
        if (!(diversity >= 0 && diversity <= 1)) {
            errors.refuse("diversity", "is " + diversity + ", must be 0 to 1");
            return 0;
        }
        return diversity;
    }

    private GroupKey parents(Expand expand, @Nullable Integer groupSize) {
        if (groupSize != null) {
            errors.refuse("group_size", "is given without group_by");
        }
        return switch (expand) {
            case PARENT -> new ParentKey();
        };
    }

    private @Nullable Group group(SearchTerms request, int topK) {
        Integer given = request.groupSize();
        int size = errors.inRange("group_size", given, 1, GROUP_SIZE_MAX);
        String by = request.groupBy();
        if (by == null) {
            if (given != null) {
                errors.refuse("group_size", "is given without group_by");
            }
            return null;
        }
        if (topK * size > VectorStore.TOP_K_MAX) {
            errors.refuse(
                    "group_size",
                    "is %,d with top_k %,d, their product must be at most %,d"
                            .formatted(size, topK, VectorStore.TOP_K_MAX));
        }
        GroupField field = errors.checked("group_by", () -> GroupField.parse(by));
        return field == null ? null : new Group(field, size);
    }

    private @Nullable Rerank rerank(SearchTerms request, int topK) {
        RerankRequest rerank = request.rerank();
        if (rerank == null) {
            return null;
        }
        String query = request.query();
        if (query == null) {
            errors.refuse("query", "is required: rerank scores the hits against its text");
            return null;
        }
        int topN = errors.inRange("rerank.top_n", rerank.topN(), topK, topK);
        return new Rerank(rerank.model(), query, topN);
    }
}

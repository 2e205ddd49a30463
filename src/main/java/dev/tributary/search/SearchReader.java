package dev.tributary.search;

import dev.tributary.failure.FieldErrors;
import dev.tributary.json.Includes;
import dev.tributary.search.SearchSpec.GivenVector;
import dev.tributary.search.SearchSpec.QueryText;
import dev.tributary.search.SearchSpec.Source;
import dev.tributary.search.SearchSpec.StoredExample;
import dev.tributary.search.SearchSpec.TextLeg;
import dev.tributary.search.SearchTerms.Params;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Include;
import dev.tributary.vector.QuerySyntax;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextRules;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Validates a request, and reports all invalid fields at once. An instance reads one request. Not
 * safe for use by several threads.
 */
final class SearchReader {
    private static final int TOP_K_DEFAULT = 10;

    private final SearchProperties limits;
    private final Set<String> stores;
    private final FieldErrors errors = new FieldErrors();

    /** Reads within these limits, for these stores. */
    SearchReader(SearchProperties limits, Set<String> stores) {
        this.limits = limits;
        this.stores = stores;
    }

    SearchSpec read(SearchTerms request) {
        TextLeg text =
                switch (request) {
                    case SearchRequest search -> {
                        requireOneSource(search);
                        yield null;
                    }
                    case HybridRequest hybrid -> textLeg(hybrid);
                };
        if (request.collection() == null) {
            errors.refuse("collection", "is required");
        }
        check(request.query());
        SearchOptions options = options(request);
        var refinement = new RefinementReader(errors).read(request, options.topK());
        errors.throwIfAny();
        return new SearchSpec(
                Objects.requireNonNull(request.collection()),
                source(request),
                text,
                request.like() == null ? options : options.and(notExample(request.like())),
                refinement);
    }

    /** In a hybrid request, the text is separate from the source of the vector. */
    private static Source source(SearchTerms request) {
        if (request.like() != null) {
            return new StoredExample(request.like());
        }
        return request.embedding() != null
                ? new GivenVector(request.embedding())
                : new QueryText(text(request));
    }

    private static Filter notExample(UUID id) {
        return new Filter.Not(Filter.ids(List.of(id)));
    }

    private static String text(SearchTerms request) {
        return Objects.requireNonNull(request.query());
    }

    private void requireOneSource(SearchRequest request) {
        long sources = countPresent(request.query(), request.embedding(), request.like());
        if (sources != 1) {
            errors.refuse("query", "or embedding or like is required: exactly one, not " + sources);
        }
    }

    private TextLeg textLeg(HybridRequest request) {
        if (request.query() == null) {
            errors.refuse("query", "is required: the text leg searches its words");
        }
        if (request.embedding() != null && request.like() != null) {
            errors.refuse("like", "and embedding are both given: at most one of them");
        }
        return new TextLeg(
                Objects.requireNonNullElse(request.query(), ""),
                Objects.requireNonNullElse(request.querySyntax(), QuerySyntax.NATURAL),
                new FusionReader(errors, limits.candidatesMax()).read(request.fusion()));
    }

    private SearchOptions options(SearchTerms request) {
        int usual = Math.min(TOP_K_DEFAULT, limits.topKMax());
        Params params = Objects.requireNonNullElse(request.params(), Params.NONE);
        int topK = errors.inRange("top_k", request.topK(), usual, limits.topKMax());
        int efSearch =
                errors.inRange(
                        "params.ef_search", params.efSearch(), 0, SearchOptions.EF_SEARCH_MAX);
        return SearchOptions.top(topK)
                .withThreshold(threshold(request.threshold()))
                .withFilter(new FilterReader(errors).read(request))
                .withEfSearch(efSearch)
                .withExact(Boolean.TRUE.equals(params.exact()))
                .withStore(store(params.store()))
                .withBoost(boost(request.boost()))
                .withExplain(Boolean.TRUE.equals(request.explain()))
                .withInclude(include(request.include()));
    }

    private @Nullable String store(@Nullable String name) {
        if (name != null && !stores.contains(name)) {
            errors.refuse(
                    "params.store",
                    "is %s, must be one of: %s"
                            .formatted(name, String.join(", ", new TreeSet<>(stores))));
        }
        return name;
    }

    private @Nullable String boost(@Nullable String name) {
        return name == null
                ? null
                : errors.checked("boost", () -> TextRules.storable("boost", name));
    }

    private @Nullable Double threshold(@Nullable Double threshold) {
        if (threshold != null && !Double.isFinite(threshold)) {
            errors.refuse("threshold", "is " + threshold + ", must be finite");
            return null;
        }
        return threshold;
    }

    private void check(@Nullable String query) {
        if (query == null) {
            return;
        }
        if (query.isBlank()) {
            errors.refuse("query", "is blank");
        } else if (query.length() > limits.queryLengthMax()) {
            errors.refuse(
                    "query",
                    "has %,d characters, must have at most %,d"
                            .formatted(query.length(), limits.queryLengthMax()));
        } else {
            errors.checked("query", () -> TextRules.storable("query", query));
        }
    }

    private Set<Include> include(@Nullable List<Include> include) {
        Set<Include> parts = errors.checked("include", () -> Includes.of(include));
        return parts == null ? Include.DEFAULT : parts;
    }

    private static long countPresent(@Nullable Object... values) {
        long present = 0;
        for (Object value : values) {
            present += value == null ? 0 : 1;
        }
        return present;
    }
}

package dev.tributary.search;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.search.HybridRequest.FusionRequest;
import dev.tributary.search.HybridRequest.Weights;
import dev.tributary.search.SearchTerms.Params;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.Include;
import dev.tributary.vector.TextRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request asks for, and refuses it with all of its wrong fields at once. Not for use
 * by several threads.
 */
final class SearchReader {
    private static final int TOP_K_DEFAULT = 10;
    private static final int EF_SEARCH_MAX = 1_000;
    private static final double WEIGHT_MAX = 1_000_000;
    private static final int TENANT_LENGTH_MAX = 128;
    private static final Pattern HEXADECIMAL = Pattern.compile("([0-9a-fA-F]{2}){1,64}");

    private final SearchProperties limits;
    private final List<FieldError> errors = new ArrayList<>();

    SearchReader(SearchProperties limits) {
        this.limits = limits;
    }

    /**
     * What both kinds of search ask for, checked.
     *
     * @param query null if the request has none
     * @param filter null matches every chunk
     */
    record Terms(
            String namespace,
            String collection,
            @Nullable String query,
            int topK,
            @Nullable Double threshold,
            @Nullable Filter filter,
            int efSearch,
            boolean exact,
            Set<Include> include) {}

    Terms read(SearchRequest request) {
        long sources = countPresent(request.query(), request.embedding(), request.like());
        if (sources != 1) {
            refuse("query", "or embedding or like is required: exactly one, not " + sources);
        }
        Terms terms = terms(request);
        refuseIfWrong();
        return terms;
    }

    Terms read(HybridRequest request) {
        if (request.query() == null) {
            refuse("query", "is required: the text leg searches its words");
        }
        if (request.embedding() != null && request.like() != null) {
            refuse("like", "and embedding are both given: at most one of them");
        }
        Terms terms = terms(request);
        fusion(request.fusion());
        refuseIfWrong();
        return terms;
    }

    private void refuseIfWrong() {
        if (!errors.isEmpty()) {
            throw ServiceException.invalid(errors);
        }
    }

    private Terms terms(SearchTerms request) {
        if (request.collection() == null) {
            refuse("collection", "is required");
        }
        Double threshold = request.threshold();
        if (threshold != null && !Double.isFinite(threshold)) {
            refuse("threshold", "is " + threshold + ", must be finite");
        }
        Params params = request.params();
        return new Terms(
                Objects.requireNonNullElse(request.namespace(), "default"),
                Objects.requireNonNullElse(request.collection(), ""),
                query(request.query()),
                inRange("top_k", request.topK(), TOP_K_DEFAULT, limits.topKMax()),
                threshold,
                filter(request),
                params == null
                        ? 0
                        : inRange("params.ef_search", params.efSearch(), 0, EF_SEARCH_MAX),
                params != null && Boolean.TRUE.equals(params.exact()),
                include(request.include()));
    }

    private @Nullable String query(@Nullable String query) {
        if (query == null) {
            return null;
        }
        if (query.isBlank()) {
            refuse("query", "is blank");
        } else if (query.length() > limits.queryLengthMax()) {
            refuse(
                    "query",
                    "has %,d characters, must have at most %,d"
                            .formatted(query.length(), limits.queryLengthMax()));
        } else {
            checked("query", () -> TextRules.storable("query", query));
        }
        return query;
    }

    /** All restrictions of a search as one filter. */
    private @Nullable Filter filter(SearchTerms request) {
        List<Filter> parts = new ArrayList<>();
        Map<String, @Nullable Object> filter = request.filter();
        if (filter != null && !filter.isEmpty()) {
            Filter parsed = checked("filter", () -> Filter.parse(filter));
            if (parsed != null) {
                parts.add(parsed);
            }
        }
        equal(parts, "source_type", Filter.Column.SOURCE_TYPE, request.sourceType());
        equal(parts, "tenant", Filter.Column.TENANT, request.tenant());
        List<String> acl = request.acl();
        if (acl != null) {
            parts.add(new Filter.AclAmong(digests(acl)));
        }
        return switch (parts.size()) {
            case 0 -> null;
            case 1 -> parts.getFirst();
            default -> new Filter.And(parts);
        };
    }

    private void equal(
            List<Filter> parts, String field, Filter.Column column, @Nullable String value) {
        if (value == null) {
            return;
        }
        if (value.isEmpty() || value.length() > TENANT_LENGTH_MAX) {
            refuse(
                    field,
                    "has %d characters, must have 1 to %d"
                            .formatted(value.length(), TENANT_LENGTH_MAX));
            return;
        }
        checked(field, () -> TextRules.storable(field, value));
        parts.add(Filter.equal(column, value));
    }

    private List<String> digests(List<String> acl) {
        List<String> digests = new ArrayList<>();
        if (acl.size() > Filter.VALUES_MAX) {
            refuse(
                    "acl",
                    "has %,d digests, must have at most %,d"
                            .formatted(acl.size(), Filter.VALUES_MAX));
            return digests;
        }
        for (int i = 0; i < acl.size(); i++) {
            @Nullable String digest = acl.get(i);
            if (digest == null || !HEXADECIMAL.matcher(digest).matches()) {
                refuse("acl[" + i + "]", "must be 1 to 64 bytes in hexadecimal");
            } else {
                digests.add(digest.toLowerCase(Locale.ROOT));
            }
        }
        return digests;
    }

    private Set<Include> include(@Nullable List<Include> include) {
        Set<Include> parts = checked("include", () -> Include.setOf(include));
        return parts == null ? Include.DEFAULT : parts;
    }

    /** How to put the legs together; its errors are kept for {@link #read}. */
    Fusion fusion(@Nullable FusionRequest request) {
        if (request == null) {
            return Fusion.DEFAULT;
        }
        Weights weights = request.weights();
        double vector = weights == null ? 1 : weight("vector", weights.vector());
        double text = weights == null ? 1 : weight("text", weights.text());
        if (vector == 0 && text == 0) {
            refuse("fusion.weights", "are both 0: one leg must be on");
        }
        int k = inRange("fusion.k", request.k(), Fusion.DEFAULT.k(), Fusion.K_MAX);
        int candidates =
                inRange(
                        "fusion.candidates",
                        request.candidates(),
                        Math.min(Fusion.DEFAULT.candidates(), limits.candidatesMax()),
                        limits.candidatesMax());
        return errors.isEmpty() ? new Fusion(k, vector, text, candidates) : Fusion.DEFAULT;
    }

    private double weight(String leg, @Nullable Double weight) {
        if (weight == null) {
            return 1;
        }
        if (!(weight >= 0 && weight <= WEIGHT_MAX)) {
            refuse("fusion.weights." + leg, "is " + weight + ", must be 0 to 1,000,000");
        }
        return weight;
    }

    private int inRange(String field, @Nullable Integer value, int otherwise, int max) {
        if (value == null) {
            return otherwise;
        }
        if (value < 1 || value > max) {
            refuse(field, "is %,d, must be 1 to %,d".formatted(value, max));
        }
        return value;
    }

    private static long countPresent(@Nullable Object... values) {
        long present = 0;
        for (Object value : values) {
            present += value == null ? 0 : 1;
        }
        return present;
    }

    private <T> @Nullable T checked(String field, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ServiceException e) {
            if (e.errors().isEmpty()) {
                refuse(field, String.valueOf(e.getMessage()));
            }
            errors.addAll(e.errors());
            return null;
        }
    }

    private void refuse(String field, String message) {
        errors.add(new FieldError(field, message));
    }
}

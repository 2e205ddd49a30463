package dev.tributary.search;

import dev.tributary.failure.FieldErrors;
import dev.tributary.vector.AccessRules;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Filter;
import dev.tributary.vector.TextRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads all restrictions of a search as one filter. Not for use by several threads. */
final class FilterReader {
    private final FieldErrors errors;

    FilterReader(FieldErrors errors) {
        this.errors = errors;
    }

    /** Returns null if the search has no restrictions, or if one was refused. */
    @Nullable Filter read(SearchTerms request) {
        List<Filter> parts = new ArrayList<>();
        Map<String, @Nullable Object> filter = request.filter();
        if (filter != null && !filter.isEmpty()) {
            add(parts, errors.checked("filter", () -> Filter.parse(filter)));
        }
        String sourceType = request.sourceType();
        if (sourceType != null) {
            add(parts, errors.checked("source_type", () -> sourceType(sourceType)));
        }
        String tenant = request.tenant();
        if (tenant != null) {
            add(parts, errors.checked("tenant", () -> tenant(tenant)));
        }
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

    private static void add(List<Filter> parts, @Nullable Filter part) {
        if (part != null) {
            parts.add(part);
        }
    }

    private static Filter sourceType(String sourceType) {
        return Filter.equal(
                Filter.Column.SOURCE_TYPE,
                TextRules.within("source_type", sourceType, ChunkKey.SOURCE_TYPE_LENGTH_MAX));
    }

    private static Filter tenant(String tenant) {
        return Filter.equal(Filter.Column.TENANT, AccessRules.tenant("tenant", tenant));
    }

    private List<String> digests(List<String> acl) {
        List<String> digests = new ArrayList<>();
        if (acl.size() > Filter.VALUES_MAX) {
            errors.refuse(
                    "acl",
                    "has %,d digests, must have at most %,d"
                            .formatted(acl.size(), Filter.VALUES_MAX));
            return digests;
        }
        for (int i = 0; i < acl.size(); i++) {
            String field = "acl[" + i + "]";
            @Nullable String given = acl.get(i);
            String digest =
                    errors.checked(
                            field, () -> AccessRules.digest(field, given == null ? "" : given));
            if (digest != null) {
                digests.add(digest);
            }
        }
        return digests;
    }
}

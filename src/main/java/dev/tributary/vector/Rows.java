package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a collection that a call may see and change. Every call of a store that reads or
 * writes rows takes one: a row outside of it is neither returned, counted, changed nor overwritten.
 * What is measured over the whole collection, such as how rare a word is, is the same for everyone.
 *
 * @param collection whose rows they are
 * @param tenant confines the call to the rows of this tenant; rows of other tenants, and rows
 *     without a tenant, are outside. Null for every row of the collection. Making one with a tenant
 *     against {@link AccessRules#tenant} throws {@code INVALID}
 */
public record Rows(CollectionRef collection, @Nullable String tenant) {
    public Rows {
        if (tenant != null) {
            AccessRules.tenant("tenant", tenant);
        }
    }

    /** Whether these are the rows of one tenant alone. */
    public boolean isConfined() {
        return tenant != null;
    }

    /** Whether a chunk of this tenant is among them. */
    public boolean contains(@Nullable String ofChunk) {
        return tenant == null || tenant.equals(ofChunk);
    }

    /** The filter, narrowed to these rows; null matches every row of the collection. */
    public @Nullable Filter restrict(@Nullable Filter filter) {
        if (tenant == null) {
            return filter;
        }
        Filter own = Filter.equal(Filter.Column.TENANT, tenant);
        return filter == null ? own : new Filter.And(List.of(own, filter));
    }

    /**
     * Refuses a chunk that would be stored outside.
     *
     * @throws ServiceException {@code DENIED} if its tenant is another one, or missing
     */
    public void requireContains(Chunk chunk) {
        if (!contains(chunk.tenant())) {
            throw ServiceException.denied(
                    "other_tenant", "tenant is not the one that the caller is confined to");
        }
    }
}

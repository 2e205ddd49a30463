package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a collection that a call may see and change. Every call of a store that reads or
 * writes rows takes one: a row outside it is not returned, counted, changed or overwritten. Figures
 * measured over the whole collection, such as how rare a word is, are the same for every caller.
 *
 * @param collection the collection that the rows belong to
 * @param tenant confines the call to the rows of this tenant; rows of other tenants, and rows
 *     without a tenant, are outside. Null for every row of the collection. The constructor throws
 *     {@code INVALID} for a tenant that violates {@link AccessRules#tenant}
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

    /** Whether a chunk of this tenant is among these rows. */
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
     * Refuses a chunk that would be stored outside these rows.
     *
     * @throws ServiceException {@code DENIED} if its tenant differs or is missing
     */
    public void requireContains(Chunk chunk) {
        requireContains(chunk.tenant());
    }

    /**
     * Refuses a tenant whose chunks are outside these rows.
     *
     * @param ofChunk null for a chunk without one
     * @throws ServiceException {@code DENIED} if it differs or is missing
     */
    public void requireContains(@Nullable String ofChunk) {
        if (!contains(ofChunk)) {
            throw ServiceException.denied(
                    "other_tenant", "tenant is not the one that the caller is confined to");
        }
    }
}

package dev.tributary.follow;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionRef;

/** Tells how the derived stores stand to collections. Safe for use by many threads. */
public interface Standings {
    /** With more pending changes than this, a store is {@link Standing.Behind behind}. */
    int PENDING_MAX = 20_000;

    /**
     * Reads how a store stands to a collection. Read it before the store is searched, not after:
     * what is applied in between is then counted as pending, and not missed.
     *
     * @param store name of a derived store that is configured
     * @throws ServiceException {@code CONFLICT} with the code {@code store_not_followed} if the
     *     store does not follow the collection; {@code UNAVAILABLE}
     */
    Standing of(CollectionRef collection, String store);
}

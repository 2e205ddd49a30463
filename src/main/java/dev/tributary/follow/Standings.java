package dev.tributary.follow;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Generation;

/** Tells how the derived stores stand to collections. Safe for use by many threads. */
public interface Standings {
    /**
     * Returns how a store stands to a collection, perhaps as it was up to a second ago. Ask before
     * the store is searched, not after: what is applied in between is then counted as pending, and
     * not missed.
     *
     * @param store name of a derived store that is configured
     * @throws ServiceException {@code CONFLICT} with the code {@code store_not_followed} if the
     *     store does not follow the collection; {@code UNAVAILABLE}
     */
    Standing of(CollectionRef collection, String store);

    /**
     * Notes that a generation has come farther, so that the next search has less to compare.
     *
     * @param askedNanos when that was asked for, by {@link System#nanoTime()}
     */
    void moved(Generation generation, String store, ChangePosition position, long askedNanos);
}

package dev.tributary.follow;

import dev.tributary.sync.Follower;

/**
 * Identifies a copy of a collection in a derived store.
 *
 * @param collection id of the collection
 */
record GenerationKey(long collection, String store, int number) {
    /** The follower of the collection that keeps it in step. */
    Follower follower() {
        return new Follower(collection, store + "-g" + number);
    }
}

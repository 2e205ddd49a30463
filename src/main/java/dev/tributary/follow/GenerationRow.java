package dev.tributary.follow;

import dev.tributary.sync.Follower;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.DerivedSettings;
import dev.tributary.vector.Generation;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a collection in a derived store.
 *
 * @param collection id of the collection
 * @param number from 1, counted for the collection and the store
 * @param isUsed whether searches use it; one is, at most
 * @param job the job that fills it
 * @param trouble why it does not get ahead, or no longer follows; null if all is well
 * @param dropAt when it may be dropped; null unless it is retired
 */
record GenerationRow(
        long collection,
        String store,
        int number,
        State state,
        boolean isUsed,
        DerivedSettings settings,
        UUID job,
        @Nullable String trouble,
        @Nullable Instant dropAt) {
    /** From its creation to its end. */
    enum State {
        /** A job copies the collection into it. */
        FILLING,
        /** It is kept in step. */
        FOLLOWING,
        /** It has missed changes, and must be replaced. */
        BROKEN,
        /** It is replaced, and will be dropped. */
        RETIRED
    }

    GenerationKey key() {
        return new GenerationKey(collection, store, number);
    }

    /** The follower of the collection that keeps it in step. */
    Follower follower() {
        return key().follower();
    }

    Generation generation(CollectionRef ref) {
        return new Generation(ref, number, settings);
    }
}

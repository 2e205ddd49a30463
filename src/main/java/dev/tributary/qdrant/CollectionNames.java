package dev.tributary.qdrant;

import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Generation;

/**
 * Names of collections in Qdrant: {@code <prefix><id>_g<number>} for a generation, and {@code
 * <prefix><id>} for the alias that leads to the one in use.
 *
 * @param prefix ends with neither a digit nor {@code _g}, so that no two prefixes make one name
 */
record CollectionNames(String prefix) {
    /** Matches a prefix. */
    static final String PREFIX = "[a-z][a-z0-9_-]{0,20}(?<![0-9]|_g)";

    String of(Generation generation) {
        return of(generation.collection().id(), generation.number());
    }

    String of(long collection, int number) {
        return prefix + collection + "_g" + number;
    }

    String alias(CollectionRef collection) {
        return prefix + collection.id();
    }
}

package dev.tributary.pgvector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tributary.vector.CollectionRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while which restrictions keep many rows, so that rows are not counted in every
 * search. It may be out of date, so a search through the index that returns too few hits is run
 * again exactly. Safe for use by many threads.
 */
final class Selectivity {
    private static final int REMEMBERED_MAX = 1_000;
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(30);

    private final int manyRows;
    private final Cache<Key, Boolean> many =
            Caffeine.newBuilder()
                    .maximumSize(REMEMBERED_MAX)
                    .expireAfterWrite(REMEMBERED_FOR)
                    .build();

    private record Key(long collection, Restriction restriction) {}

    /**
     * @param manyRows more than this many rows are many
     */
    Selectivity(int manyRows) {
        this.manyRows = manyRows;
    }

    boolean keepsMany(CollectionRef collection, Restriction restriction) {
        return many.getIfPresent(new Key(collection.id(), restriction)) != null;
    }

    /**
     * Records a count.
     *
     * @param matching rows that match, counted up to a bound; null if they were not counted
     */
    void learn(CollectionRef collection, Restriction restriction, @Nullable Long matching) {
        if (matching != null && matching > manyRows) {
            many.put(new Key(collection.id(), restriction), true);
        }
    }
}

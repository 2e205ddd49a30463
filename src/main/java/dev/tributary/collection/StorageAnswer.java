package dev.tributary.collection;

import dev.tributary.vector.UpkeepStats;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How tidy the storage of a collection is. Figures are estimates.
 *
 * @param rowBytes of its rows
 * @param indexBytes of its indexes
 * @param deadRows versions of rows that nobody sees any more, and that are not cleared away yet
 * @param bloatBytes of the rows' storage that hold no row: dead ones, and room for others
 * @param indexBloat how much larger the approximate index is than one built anew would be: 0 for
 *     not at all, 1 for twice as large; left out where that is not known
 * @param vacuumedAt when dead rows were last cleared away; left out if never
 * @param analyzedAt when the planner's statistics were last taken; left out if never
 */
record StorageAnswer(
        long rowBytes,
        long indexBytes,
        long deadRows,
        long bloatBytes,
        @Nullable Double indexBloat,
        @Nullable Instant vacuumedAt,
        @Nullable Instant analyzedAt) {
    static StorageAnswer of(UpkeepStats storage) {
        return new StorageAnswer(
                storage.rowBytes(),
                storage.indexBytes(),
                storage.deadRows(),
                storage.bloatBytes(),
                storage.indexBloat(),
                storage.reclaimedAt(),
                storage.analyzedAt());
    }
}

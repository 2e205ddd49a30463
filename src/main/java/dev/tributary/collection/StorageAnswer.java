package dev.tributary.collection;

import dev.tributary.vector.UpkeepStats;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a collection's storage. Figures are estimates.
 *
 * @param rowBytes bytes of the rows
 * @param indexBytes bytes of the indexes
 * @param deadRows dead row versions that are not vacuumed yet
 * @param bloatBytes bytes of the rows' storage that hold no live row: dead versions and free space
 * @param indexBloat how much larger the approximate index is than a new one would be: 0 for the
 *     same size, 1 for twice the size; absent if unknown
 * @param vacuumedAt when it was last vacuumed; absent if never
 * @param analyzedAt when it was last analyzed; absent if never
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

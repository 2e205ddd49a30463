package dev.tributary.vector;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much upkeep the storage of a collection needs. Figures are estimates.
 *
 * @param rowBytes of its rows
 * @param indexBytes of its indexes
 * @param deadRows versions of rows that nobody sees any more and whose space is not reclaimed yet
 * @param bloatBytes bytes of the rows' storage that hold no live row: dead versions and free space
 * @param indexBloat how much larger the approximate index is than a new one would be: 0 for not at
 *     all, 1 for twice as large; null if not known
 * @param reclaimedAt when the space of dead rows was last reclaimed; null if never
 * @param analyzedAt when the planner's statistics were last refreshed; null if never
 */
public record UpkeepStats(
        long rowBytes,
        long indexBytes,
        long deadRows,
        long bloatBytes,
        @Nullable Double indexBloat,
        @Nullable Instant reclaimedAt,
        @Nullable Instant analyzedAt) {}

package dev.tributary.vector;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much upkeep the storage of a collection needs. Figures are estimates.
 *
 * @param rowBytes bytes of the rows
 * @param indexBytes bytes of the indexes
 * @param deadRows row versions that no transaction can see and whose space is not reclaimed yet
 * @param bloatBytes bytes of the rows' storage that hold no live row: dead versions and free space
 * @param indexBloat how much larger the approximate index is than a new one would be: 0 for the
 *     same size, 1 for twice the size; null if not known
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

package dev.tributary.follow;

import org.jspecify.annotations.Nullable;

/**
 * How to compare a copy with its collection.
 *
 * @param repair true mends the chunks that are not alike
 */
record VerifyRequest(@Nullable Boolean repair) {
    boolean isRepaired() {
        return repair != null && repair;
    }
}

package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import org.jspecify.annotations.Nullable;

/** Refuses numbers out of their range. */
final class Bounds {
    private Bounds() {}

    static void require(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw ServiceException.invalid(
                    field, "is %,d, must be %,d to %,d".formatted(value, min, max));
        }
    }

    static void requireNumber(String field, @Nullable Double value) {
        if (value != null && value.isNaN()) {
            throw ServiceException.invalid(field, "is NaN, must be a number");
        }
    }
}

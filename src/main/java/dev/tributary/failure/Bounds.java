package dev.tributary.failure;

import org.jspecify.annotations.Nullable;

/** Refuses numbers that are out of range. */
public final class Bounds {
    private Bounds() {}

    /**
     * Returns the value if it is within the bounds, inclusive.
     *
     * @param field name of the value, for the message
     * @throws ServiceException {@code INVALID} naming the field otherwise
     */
    public static int require(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw ServiceException.invalid(field, message(value, min, max));
        }
        return value;
    }

    /**
     * Refuses NaN.
     *
     * @throws ServiceException {@code INVALID} naming the field
     */
    public static void requireNumber(String field, @Nullable Double value) {
        if (value != null && value.isNaN()) {
            throw ServiceException.invalid(field, "is NaN, must be a number");
        }
    }

    static String message(long value, long min, long max) {
        return "is %,d, must be %,d to %,d".formatted(value, min, max);
    }
}

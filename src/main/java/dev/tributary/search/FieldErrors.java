package dev.tributary.search;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a request, to be told all at once. Not for several threads. */
final class FieldErrors {
    private final List<FieldError> errors = new ArrayList<>();

    void refuse(String field, String message) {
        errors.add(new FieldError(field, message));
    }

    /** Returns what is read; null if it was refused. */
    <T> @Nullable T checked(String field, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ServiceException e) {
            if (e.errors().isEmpty()) {
                refuse(field, String.valueOf(e.getMessage()));
            }
            errors.addAll(e.errors());
            return null;
        }
    }

    /**
     * Returns a number of 1 to max, or what stands for one that is absent or was refused.
     *
     * @param otherwise for one that is absent
     */
    int inRange(String field, @Nullable Integer value, int otherwise, int max) {
        if (value == null) {
            return otherwise;
        }
        if (value < 1 || value > max) {
            refuse(field, "is %,d, must be 1 to %,d".formatted(value, max));
            return otherwise;
        }
        return value;
    }

    /** Throws {@code INVALID} if anything was refused. */
    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw ServiceException.invalid(errors);
        }
    }
}

package dev.tributary.failure;

import dev.tributary.failure.ServiceException.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the errors of a request, to report all at once. Not thread-safe. */
public final class FieldErrors {
    private final List<FieldError> errors = new ArrayList<>();

    public void refuse(String field, String message) {
        errors.add(new FieldError(field, message));
    }

    /** Returns the value that was read; null if it was refused. */
    public <T> @Nullable T checked(String field, Supplier<T> reading) {
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

    /** Refuses a number that is out of range; null is in every range. */
    public void range(String field, @Nullable Integer value, int min, int max) {
        if (value != null && (value < min || value > max)) {
            refuse(field, Bounds.message(value, min, max));
        }
    }

    /** Refuses a number that is out of range, NaN included; null is in every range. */
    public void range(String field, @Nullable Double value, double min, double max) {
        if (value != null && !(value >= min && value <= max)) {
            refuse(field, "is %s, must be %.0f to %,.0f".formatted(value, min, max));
        }
    }

    /**
     * Returns a number from 1 to max, or the default if it is absent or was refused.
     *
     * @param otherwise the default
     */
    public int inRange(String field, @Nullable Integer value, int otherwise, int max) {
        range(field, value, 1, max);
        return value == null || value < 1 || value > max ? otherwise : value;
    }

    /**
     * Throws if anything was refused.
     *
     * @throws ServiceException {@code INVALID} naming every invalid field
     */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw toException();
        }
    }

    /** The failure with every invalid field; there must be at least one. */
    public ServiceException toException() {
        return ServiceException.invalid(errors);
    }
}

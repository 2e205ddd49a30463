package dev.tributary.json;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Include;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the field {@code include} of a request. */
public final class Includes {
    private Includes() {}

    /**
     * Returns the parts that a request lists; {@link Include#DEFAULT} for null.
     *
     * @throws ServiceException {@code INVALID} for the field {@code include} if a part is null
     */
    public static Set<Include> of(@Nullable List<Include> listed) {
        if (listed == null) {
            return Include.DEFAULT;
        }
        Set<Include> parts = EnumSet.noneOf(Include.class);
        for (@Nullable Include part : listed) {
            if (part == null) {
                throw ServiceException.invalid("include", "contains null");
            }
            parts.add(part);
        }
        return parts;
    }
}

package dev.tributary.vector;

import dev.tributary.failure.ServiceException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The heavy parts of a chunk, fetched only when asked for. */
public enum Include {
    CONTENT,
    METADATA,
    EMBEDDING;

    /** What is returned where a request does not say. */
    public static final Set<Include> DEFAULT = Set.of(CONTENT, METADATA);

    /**
     * The parts that a request lists; {@link #DEFAULT} where it lists none at all.
     *
     * @throws ServiceException {@code INVALID} on the field {@code include} if there is a null in
     *     it
     */
    public static Set<Include> setOf(@Nullable List<Include> listed) {
        if (listed == null) {
            return DEFAULT;
        }
        Set<Include> parts = EnumSet.noneOf(Include.class);
        for (@Nullable Include part : listed) {
            if (part == null) {
                throw ServiceException.invalid("include", "has a null in it");
            }
            parts.add(part);
        }
        return parts;
    }
}

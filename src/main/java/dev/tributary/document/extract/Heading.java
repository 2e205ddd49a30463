package dev.tributary.document.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A heading in a text.
 *
 * @param start offset of its unit, in UTF-16 units
 * @param level 1 to 6
 */
public record Heading(int start, int level, String title) {
    /** The title of the first heading of level 1; null if there is none. */
    static @Nullable String title(List<Heading> headings) {
        return headings.stream()
                .filter(heading -> heading.level == 1)
                .map(Heading::title)
                .findFirst()
                .orElse(null);
    }
}

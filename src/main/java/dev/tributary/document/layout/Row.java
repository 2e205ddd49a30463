package dev.tributary.document.layout;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is on one baseline, parted at wide gaps.
 *
 * @param lines from left to right, at least one
 */
record Row(List<Line> lines) {
    float y() {
        return lines.getFirst().y();
    }

    float size() {
        return lines.getFirst().size();
    }

    /** The whole row as one line. */
    Line joined() {
        return Line.joined(lines);
    }

    /** The lines of the row that match; null if there are none. */
    @Nullable Row only(Predicate<Line> wanted) {
        List<Line> kept = lines.stream().filter(wanted).toList();
        return kept.isEmpty() ? null : new Row(kept);
    }

    boolean isCrossedAt(float x) {
        return lines.stream().anyMatch(line -> line.left() < x && x < line.right());
    }
}

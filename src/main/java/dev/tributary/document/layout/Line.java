package dev.tributary.document.layout;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A part of a line, without wide gaps.
 *
 * @param y of the baseline, in points from the top of the page
 * @param size of most of its characters, in points
 * @param order when it was drawn; negative for the value of a form field
 */
record Line(String text, float left, float right, float y, float size, int order) {
    static final int FIELD = -1;

    float width() {
        return right - left;
    }

    boolean isField() {
        return order == FIELD;
    }

    /** The lines of one baseline, from left to right, as one. */
    static Line joined(List<Line> lines) {
        if (lines.size() == 1) {
            return lines.getFirst();
        }
        Line first = lines.getFirst();
        return new Line(
                lines.stream().map(Line::text).collect(Collectors.joining(" ")),
                first.left,
                lines.getLast().right,
                first.y,
                (float) lines.stream().mapToDouble(Line::size).max().orElseThrow(),
                lines.stream().mapToInt(Line::order).max().orElseThrow());
    }
}

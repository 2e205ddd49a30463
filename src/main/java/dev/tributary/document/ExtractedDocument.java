package dev.tributary.document;

import dev.tributary.document.Unit.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The text of a document, and what is known of its shape. Immutable.
 *
 * @param title what the document calls itself; null if it does not
 * @param units of the text, in order; together they are all of it but for blanks at its end
 * @param headings in order
 * @param pageStarts offsets of the first character of each page; empty if there are no pages
 */
record ExtractedDocument(
        @Nullable String title,
        String text,
        List<Unit> units,
        List<Heading> headings,
        List<Integer> pageStarts) {
    ExtractedDocument {
        units = List.copyOf(units);
        headings = List.copyOf(headings);
        pageStarts = List.copyOf(pageStarts);
    }

    ExtractedDocument withPages(@Nullable String ownTitle, List<Integer> starts) {
        return new ExtractedDocument(ownTitle, text, units, headings, starts);
    }

    /** The page of a character, from 1; null if there are no pages. */
    @Nullable Integer pageAt(int offset) {
        return pageStarts.isEmpty()
                ? null
                : Math.max(1, countUpTo(pageStarts.size(), pageStarts::get, offset));
    }

    /** The units of a stretch of the text; those at its ends are cut to it. */
    List<Unit> unitsWithin(int start, int end) {
        List<Unit> within = new ArrayList<>();
        for (int i = unitAt(start); i < units.size() && units.get(i).start() < end; i++) {
            Unit unit = units.get(i);
            int from = Math.max(start, unit.start());
            int to = Math.min(end, unit.end());
            if (from < to) {
                within.add(new Unit(from, to, unit.kind()));
            }
        }
        return within;
    }

    /** The position of the unit that has the character. */
    int unitAt(int offset) {
        return Math.max(0, countUpTo(units.size(), i -> units.get(i).start(), offset) - 1);
    }

    /**
     * The headings that the first text of a stretch stands under, the outermost first. Headings
     * that the stretch begins with are among them.
     */
    List<String> headingsOf(int start, int end) {
        if (headings.isEmpty()) {
            return List.of();
        }
        int unit = unitAt(start);
        while (unit + 1 < units.size()
                && units.get(unit).kind() == Kind.HEADING
                && units.get(unit + 1).start() < end) {
            unit++;
        }
        int above =
                countUpTo(headings.size(), i -> headings.get(i).start(), units.get(unit).start());
        List<String> path = new ArrayList<>();
        int level = Integer.MAX_VALUE;
        for (int i = above - 1; i >= 0 && level > 1; i--) {
            if (headings.get(i).level() < level) {
                level = headings.get(i).level();
                path.add(headings.get(i).title());
            }
        }
        Collections.reverse(path);
        return path;
    }

    /** How many of the ascending values are not above a limit. */
    private static int countUpTo(int size, IntUnaryOperator values, int limit) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values.applyAsInt(middle) <= limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

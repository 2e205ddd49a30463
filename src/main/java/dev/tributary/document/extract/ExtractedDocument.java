package dev.tributary.document.extract;

import dev.tributary.document.extract.Unit.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The extracted text of a document and its structure. Immutable.
 *
 * @param title the title that the document states; null if it states none
 * @param units units of the text, in order; they cover all of it except trailing blanks
 * @param headings headings, in order
 * @param pageStarts offsets of the first character of each page; empty if there are no pages
 * @param metadata that the document states, as JSON values; unmodifiable
 */
public record ExtractedDocument(
        @Nullable String title,
        String text,
        List<Unit> units,
        List<Heading> headings,
        List<Integer> pageStarts,
        Map<String, @Nullable Object> metadata) {
    public ExtractedDocument {
        units = List.copyOf(units);
        headings = List.copyOf(headings);
        pageStarts = List.copyOf(pageStarts);
        metadata = Collections.unmodifiableMap(metadata);
    }

    /** A document that states no metadata. */
    ExtractedDocument(
            @Nullable String title,
            String text,
            List<Unit> units,
            List<Heading> headings,
            List<Integer> pageStarts) {
        this(title, text, units, headings, pageStarts, Map.of());
    }

    ExtractedDocument withPages(@Nullable String ownTitle, List<Integer> starts) {
        return new ExtractedDocument(ownTitle, text, units, headings, starts);
    }

    /** The page that contains a character, counted from 1; null if there are no pages. */
    public @Nullable Integer pageAt(int offset) {
        return pageStarts.isEmpty()
                ? null
                : Math.max(1, countUpTo(pageStarts.size(), pageStarts::get, offset));
    }

    /** The units between two offsets; the first and last are cut at the offsets. */
    public List<Unit> unitsWithin(int start, int end) {
        List<Unit> within = new ArrayList<>();
        for (int i = unitAt(start); i < units.size() && units.get(i).start() < end; i++) {
            Unit unit = units.get(i).within(start, end);
            if (unit.start() < unit.end()) {
                within.add(unit);
            }
        }
        return within;
    }

    /** The index of the unit that contains the character. */
    int unitAt(int offset) {
        return Math.max(0, countUpTo(units.size(), i -> units.get(i).start(), offset) - 1);
    }

    /**
     * The path of headings above the first text between two offsets, outermost first. It includes
     * headings at the start of the range.
     */
    public List<String> headingsOf(int start, int end) {
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

    /** The number of values, in ascending order, that are at most the limit. */
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

package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds headers and footers: lines at the edge of a page that neighbouring pages repeat. */
final class RunningLines {
    private static final int LINES_MAX = 3;

    /** Left and right pages may have different ones, and the first of a chapter none. */
    private static final int PAGES_APART_MAX = 3;

    /** Of the height of a page. */
    private static final float MARGIN = 0.08f;

    /** That of lines that a gap parts from the text. */
    private static final float APART_MARGIN = 0.2f;

    /** In sizes of the font. */
    private static final float DISTANCE_MIN = 1.6f;

    private static final float SHIFT_MAX = 6;

    /** Of a length. */
    private static final float ALIKE_MAX = 0.1f;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern ROMAN = Pattern.compile("[ivxlc]{1,8}");

    private final List<Sheet> sheets;

    /**
     * A page.
     *
     * @param rows from top to bottom
     * @param height in points
     */
    record Sheet(List<Row> rows, float height) {}

    RunningLines(List<Sheet> sheets) {
        this.sheets = sheets;
    }

    /** The rows of each page without its headers and footers. */
    List<List<Row>> removed() {
        List<List<Row>> kept = new ArrayList<>();
        for (int page = 0; page < sheets.size(); page++) {
            Set<Row> running = new HashSet<>();
            for (boolean atTop : new boolean[] {true, false}) {
                for (Row row : edge(sheets.get(page), atTop)) {
                    if (isRepeated(row, page, atTop)) {
                        running.add(row);
                    }
                }
            }
            kept.add(sheets.get(page).rows.stream().filter(row -> !running.contains(row)).toList());
        }
        return kept;
    }

    /** The rows at an edge that a gap parts from the text, or that stand in the margin. */
    private static List<Row> edge(Sheet sheet, boolean atTop) {
        List<Row> rows = atTop ? sheet.rows : sheet.rows.reversed();
        int count = 0;
        for (int i = 0; i < Math.min(LINES_MAX, rows.size()); i++) {
            Row row = rows.get(i);
            float fromEdge = atTop ? row.y() : sheet.height - row.y();
            boolean isApart =
                    fromEdge < APART_MARGIN * sheet.height
                            && i + 1 < rows.size()
                            && distance(rows, i)
                                    > DISTANCE_MIN * Math.max(row.size(), rows.get(i + 1).size());
            if (isApart || fromEdge < MARGIN * sheet.height) {
                count = i + 1;
            }
        }
        return rows.subList(0, count);
    }

    private static float distance(List<Row> rows, int i) {
        return Math.abs(rows.get(i + 1).y() - rows.get(i).y());
    }

    /** Whether a row is as far from the next one as those are from each other. */
    private static boolean isInText(Row row, Sheet sheet, boolean atTop) {
        List<Row> rows = atTop ? sheet.rows : sheet.rows.reversed();
        int at = rows.indexOf(row);
        if (at + LINES_MAX + 1 >= rows.size() || !isLike(rows.get(at + 1).size(), row.size())) {
            return false;
        }
        for (int i = at + 1; i <= at + LINES_MAX; i++) {
            if (!isLike(distance(rows, i), distance(rows, at))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLike(float length, float other) {
        return Math.abs(length - other) <= ALIKE_MAX * other;
    }

    private boolean isRepeated(Row row, int page, boolean atTop) {
        int from = Math.max(0, page - PAGES_APART_MAX);
        int to = Math.min(sheets.size() - 1, page + PAGES_APART_MAX);
        boolean isInText = isInText(row, sheets.get(page), atTop);
        for (int other = from; other <= to; other++) {
            if (other == page) {
                continue;
            }
            for (Row candidate : edge(sheets.get(other), atTop)) {
                boolean isAtSamePlace = Math.abs(candidate.y() - row.y()) <= SHIFT_MAX;
                String text = row.joined().text();
                String there = candidate.joined().text();
                boolean mayBeText = isInText && text.equals(there);
                if (isAtSamePlace && !mayBeText && isSame(text, there, other - page)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether two texts are the same but for the numbers of their pages. */
    static boolean isSame(String text, String other, int pagesApart) {
        if (text.equals(other)) {
            return true;
        }
        if (ROMAN.matcher(text).matches() && ROMAN.matcher(other).matches()) {
            return roman(other) - roman(text) == pagesApart;
        }
        Matcher numbers = NUMBER.matcher(text);
        Matcher others = NUMBER.matcher(other);
        int end = 0;
        int otherEnd = 0;
        while (numbers.find()) {
            boolean isSame =
                    others.find()
                            && text.substring(end, numbers.start())
                                    .equals(other.substring(otherEnd, others.start()))
                            && isSameNumber(numbers.group(), others.group(), pagesApart);
            if (!isSame) {
                return false;
            }
            end = numbers.end();
            otherEnd = others.end();
        }
        return end > 0 && text.substring(end).equals(other.substring(otherEnd));
    }

    private static boolean isSameNumber(String number, String other, int pagesApart) {
        return number.equals(other)
                || Integer.parseInt(other) - Integer.parseInt(number) == pagesApart;
    }

    private static int roman(String number) {
        int value = 0;
        int last = 0;
        for (int i = number.length() - 1; i >= 0; i--) {
            int digit =
                    switch (number.charAt(i)) {
                        case 'i' -> 1;
                        case 'v' -> 5;
                        case 'x' -> 10;
                        case 'l' -> 50;
                        default -> 100;
                    };
            value += digit < last ? -digit : digit;
            last = Math.max(last, digit);
        }
        return value;
    }
}

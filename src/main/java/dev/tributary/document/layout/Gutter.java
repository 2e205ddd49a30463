package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A strip from top to bottom that no line crosses, with lines on both sides: between the columns of
 * a text or of a table.
 *
 * @param x in its middle
 * @param from the first row beside it
 * @param to the row after the last one
 */
record Gutter(float x, int from, int to) {
    private static final int ROWS_MIN = 2;

    /** Lines of different columns need not stand on one baseline. In sizes of the font. */
    private static final float SHIFT_MAX = 0.7f;

    /** A gap between two lines, or the end of one. */
    private record Edge(float x, int change) {}

    /** The gutter beside which most rows have lines on both sides; null if there is none. */
    static @Nullable Gutter widest(List<Row> rows, Runnable watch) {
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            watch.run();
            List<Line> lines = rows.get(i).lines();
            for (int k = 1; k < lines.size(); k++) {
                addGap(lines.get(k - 1), lines.get(k), edges);
            }
            if (i > 0) {
                addShifted(rows.get(i - 1), rows.get(i), edges);
            }
        }
        edges.sort(Comparator.comparingDouble(Edge::x).thenComparingInt(Edge::change));
        int open = 0;
        int most = 0;
        float x = 0;
        for (int i = 0; i < edges.size(); i++) {
            open += edges.get(i).change;
            if (open > most) {
                most = open;
                x = (edges.get(i).x + edges.get(i + 1).x) / 2;
            }
        }
        return most < ROWS_MIN ? null : at(x, rows);
    }

    private static void addGap(Line left, Line right, Collection<Edge> edges) {
        if (left.right() < right.left()) {
            edges.add(new Edge(left.right(), 1));
            edges.add(new Edge(right.left(), -1));
        }
    }

    private static boolean isShifted(Row above, Row below) {
        return above.lines().size() == 1
                && below.lines().size() == 1
                && below.y() - above.y() <= SHIFT_MAX * Math.min(above.size(), below.size());
    }

    private static void addShifted(Row above, Row below, Collection<Edge> edges) {
        if (isShifted(above, below)) {
            addGap(above.lines().getFirst(), below.lines().getFirst(), edges);
            addGap(below.lines().getFirst(), above.lines().getFirst(), edges);
        }
    }

    /** The longest sequence of rows with both sides that nothing crosses. */
    private static @Nullable Gutter at(float x, List<Row> rows) {
        Gutter best = null;
        int bestCount = ROWS_MIN - 1;
        int i = 0;
        while (i < rows.size()) {
            int from = i;
            int count = 0;
            for (; i < rows.size() && !rows.get(i).isCrossedAt(x); i++) {
                boolean isShifted =
                        i > from
                                && isShifted(rows.get(i - 1), rows.get(i))
                                && haveBothSides(rows.get(i - 1), rows.get(i), x);
                count += (hasBothSides(rows.get(i), x) || isShifted) ? 1 : 0;
            }
            if (count > bestCount) {
                best = new Gutter(x, from, i);
                bestCount = count;
            }
            i++;
        }
        return best;
    }

    private static boolean haveBothSides(Row above, Row below, float x) {
        return hasBothSides(
                new Row(List.of(above.lines().getFirst(), below.lines().getFirst())), x);
    }

    private static boolean hasBothSides(Row row, float x) {
        return row.lines().stream().anyMatch(line -> line.right() <= x)
                && row.lines().stream().anyMatch(line -> line.left() >= x);
    }

    /** Whether any row has lines on both sides, rather than rows of the sides alternating. */
    boolean partsRows(List<Row> rows) {
        return beside(rows).stream().anyMatch(row -> hasBothSides(row, x));
    }

    /** Whether most rows have a label on the left, and the value of a form field beside it. */
    boolean partsLabels(List<Row> rows) {
        List<Row> parted = beside(rows).stream().filter(row -> hasBothSides(row, x)).toList();
        long labels = parted.stream().filter(this::isLabel).count();
        return labels > 0 && labels * 2 >= parted.size();
    }

    private boolean isLabel(Row row) {
        List<Line> left = row.lines().stream().filter(line -> line.right() <= x).toList();
        return !left.getLast().isField() && row.lines().get(left.size()).isField();
    }

    /** Without the rows before the first that has several parts, and after the last. */
    Gutter trimmed(List<Row> rows) {
        int first = from;
        int last = to;
        while (rows.get(first).lines().size() == 1) {
            first++;
        }
        while (rows.get(last - 1).lines().size() == 1) {
            last--;
        }
        return new Gutter(x, first, last);
    }

    List<Row> beside(List<Row> rows) {
        return rows.subList(from, to);
    }

    List<Row> left(List<Row> rows) {
        return side(rows, line -> line.right() <= x);
    }

    List<Row> right(List<Row> rows) {
        return side(rows, line -> line.left() >= x);
    }

    private List<Row> side(List<Row> rows, Predicate<Line> wanted) {
        return beside(rows).stream()
                .map(row -> row.only(wanted))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }
}

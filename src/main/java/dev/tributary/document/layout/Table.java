package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a table with bars between the cells, empty cells included. */
final class Table {
    /** A line of a cell goes on below where the row is filled so far, as a part of its width. */
    private static final float FULL_MIN = 0.75f;

    /** Of the usual distance of rows: lines of one cell are nearer to each other. */
    private static final float NEAR_MAX = 0.85f;

    /** Of the usual distance of rows: what is further apart is no row of the table. */
    private static final float APART_MIN = 1.5f;

    private static final int COLUMNS_MAX = 64;

    private final List<Column> columns;
    private final List<String[]> cells = new ArrayList<>();

    /** Whether the last row began above its first cell, with the lines of a taller one. */
    private boolean isLastBegun;

    /** What the cells of a column take up of the width. */
    private static final class Column {
        private float left;
        private float right;

        Column(Line first) {
            left = first.left();
            right = first.right();
        }

        boolean overlaps(Line line) {
            return line.left() < right && left < line.right();
        }

        void widen(Line line) {
            left = Math.min(left, line.left());
            right = Math.max(right, line.right());
        }

        void widen(Column other) {
            left = Math.min(left, other.left);
            right = Math.max(right, other.right);
        }
    }

    private Table(List<Column> columns) {
        this.columns = columns;
    }

    /** Writes rows as a table; null if they have more columns than any table. */
    static @Nullable Block of(List<Row> rows) {
        List<Column> columns = columns(rows);
        if (columns.size() > COLUMNS_MAX) {
            return null;
        }
        var table = new Table(columns);
        float usual = distance(rows);
        for (int i = 0; i < rows.size(); i++) {
            boolean isNear = i > 0 && distance(rows, i) <= NEAR_MAX * usual;
            boolean isNextNearer =
                    i > 0
                            && i + 1 < rows.size()
                            && distance(rows, i + 1) <= NEAR_MAX * distance(rows, i);
            table.add(rows.get(i), isNear, isNextNearer);
        }
        return Block.table(table.cells.stream().map(Table::written).toList());
    }

    /**
     * How many of the rows are a table, which lines of text below end.
     *
     * @param rows of which the first and the last have several cells
     */
    static int length(List<Row> rows) {
        float apart = APART_MIN * distance(rows);
        int end = rows.size();
        for (int i = 1; i < rows.size(); i++) {
            boolean isApart = rows.get(i).y() - rows.get(i - 1).y() > apart;
            if (rows.get(i).lines().size() > 1) {
                if (isApart && end < i) {
                    return end;
                }
                end = rows.size();
            } else if (isApart && end == rows.size()) {
                end = i;
            }
        }
        return rows.size();
    }

    /** From narrow cells to wide ones: a cell that reaches over several columns makes none. */
    private static List<Column> columns(List<Row> rows) {
        List<Column> columns = new ArrayList<>();
        rows.stream()
                .flatMap(row -> row.lines().stream())
                .sorted(Comparator.comparingDouble(Line::width))
                .takeWhile(line -> columns.size() <= COLUMNS_MAX)
                .forEachOrdered(line -> addTo(columns, line));
        columns.sort(Comparator.comparingDouble(column -> column.left));
        return columns;
    }

    private static void addTo(List<Column> columns, Line line) {
        List<Column> over = columns.stream().filter(column -> column.overlaps(line)).toList();
        if (over.isEmpty()) {
            columns.add(new Column(line));
        } else if (over.size() == 1) {
            over.getFirst().widen(line);
            // It may have grown into its neighbour.
            Column grown = over.getFirst();
            columns.stream()
                    .filter(other -> other != grown)
                    .filter(other -> other.left < grown.right && grown.left < other.right)
                    .findFirst()
                    .ifPresent(other -> {
                        grown.widen(other);
                        columns.remove(other);
                    });
        }
    }

    /** The usual distance between rows that begin with a cell. */
    private static float distance(List<Row> rows) {
        float left =
                rows.stream()
                        .filter(row -> row.lines().size() > 1)
                        .map(row -> row.lines().getFirst().left())
                        .min(Float::compare)
                        .orElse(0f);
        List<Float> tops =
                rows.stream()
                        .filter(row -> row.lines().getFirst().left() <= left + row.size())
                        .map(Row::y)
                        .toList();
        float[] distances = new float[Math.max(0, tops.size() - 1)];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = tops.get(i + 1) - tops.get(i);
        }
        Arrays.sort(distances);
        return distances.length == 0 ? Float.MAX_VALUE : distances[distances.length / 2];
    }

    private static float distance(List<Row> rows, int i) {
        return rows.get(i).y() - rows.get(i - 1).y();
    }

    private void add(Row row, boolean isNear, boolean isNextNearer) {
        var texts = new String[columns.size()];
        Arrays.fill(texts, "");
        for (Line line : row.lines()) {
            int at = columnOf(line);
            texts[at] = texts[at].isEmpty() ? line.text() : texts[at] + ' ' + line.text();
        }
        boolean isBegun = isLastBegun;
        boolean begins = texts[0].isEmpty() && isNextNearer;
        isLastBegun = begins || (isBegun && texts[0].isEmpty());
        if (isBegun || (!begins && !cells.isEmpty() && goesOn(texts, row, isNear))) {
            goOn(cells.getLast(), texts);
        } else {
            cells.add(texts);
        }
    }

    private static void goOn(String[] last, String[] texts) {
        for (int i = 0; i < texts.length; i++) {
            if (!texts[i].isEmpty()) {
                last[i] = last[i].isEmpty() ? texts[i] : Hyphens.USUAL.joined(last[i], texts[i]);
            }
        }
    }

    private int columnOf(Line line) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            float shared =
                    Math.min(column.right, line.right()) - Math.max(column.left, line.left());
            if (shared > most + 0.01f) {
                best = i;
                most = shared;
            }
        }
        return best;
    }

    /** Whether a row only continues cells of the one above. */
    private boolean goesOn(String[] texts, Row row, boolean isNear) {
        String[] above = cells.getLast();
        if (above[0].isEmpty()) {
            return false;
        }
        boolean isBelowText = true;
        boolean isBelowFull = true;
        boolean isText = true;
        for (int i = 0; i < texts.length; i++) {
            if (!texts[i].isEmpty()) {
                isBelowText &= !above[i].isEmpty();
                isBelowFull &= above[i].length() >= 12 && isFull(above[i], row);
                isText &= texts[i].codePoints().anyMatch(Character::isLetter);
            }
        }
        if (!texts[0].isEmpty()) {
            return isBelowText && isText && isNear && filled(texts) < filled(above);
        }
        return isBelowText && (isNear || isBelowFull);
    }

    private static long filled(String[] texts) {
        return Arrays.stream(texts).filter(text -> !text.isEmpty()).count();
    }

    /** Whether what stands in the cell is about as long as the new line, or longer. */
    private static boolean isFull(String above, Row row) {
        int longest = row.lines().stream().mapToInt(line -> line.text().length()).max().orElse(0);
        int lastLine = above.length() - (above.lastIndexOf('\n') + 1);
        return lastLine >= FULL_MIN * longest;
    }

    private static String written(String[] texts) {
        return Arrays.stream(texts)
                .map(text -> text.replace('\n', ' '))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }
}

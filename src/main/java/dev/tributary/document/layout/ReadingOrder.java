package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the rows of a page: column after column, and tables row by row. */
final class ReadingOrder {
    /** What a column of a text has on each line, at least; cells of tables have less. */
    private static final double PROSE_LENGTH_MIN = 18;

    private static final double PROSE_WORDS_MIN = 3;

    private final Runnable watch;
    private final List<Block> blocks = new ArrayList<>();

    private ReadingOrder(Runnable watch) {
        this.watch = watch;
    }

    /** The paragraphs and tables of rows from top to bottom. */
    static List<Block> of(List<Row> rows, Runnable watch) {
        var order = new ReadingOrder(watch);
        order.read(rows);
        return order.blocks;
    }

    private void read(List<Row> rows) {
        watch.run();
        Gutter gutter = Gutter.widest(rows, watch);
        if (gutter == null) {
            addParagraphs(rows);
            return;
        }
        if (areColumns(rows, gutter)) {
            readColumns(rows, gutter);
            return;
        }
        Gutter table = gutter.trimmed(rows);
        if (!table.partsLabels(rows) && isDrawnApart(table.left(rows), table.right(rows))) {
            readColumns(rows, table);
            return;
        }
        read(rows.subList(0, table.from()));
        int end = table.from() + Table.length(table.beside(rows));
        addTable(rows.subList(table.from(), end));
        read(rows.subList(end, rows.size()));
    }

    private void addTable(List<Row> rows) {
        Block written = Table.of(rows);
        if (written == null) {
            addParagraphs(rows);
        } else {
            blocks.add(written);
        }
    }

    private void addParagraphs(Collection<Row> rows) {
        blocks.addAll(Paragraphs.of(rows.stream().map(Row::joined).toList()));
    }

    private void readColumns(List<Row> rows, Gutter gutter) {
        read(rows.subList(0, gutter.from()));
        List<Row> left = gutter.left(rows);
        List<Row> right = gutter.right(rows);
        boolean isLeftFirst = !isRightToLeft(left);
        read(isLeftFirst ? left : right);
        int next = blocks.size();
        read(isLeftFirst ? right : left);
        blocks.set(next, blocks.get(next).atStartOfColumn());
        read(rows.subList(gutter.to(), rows.size()));
    }

    /** Whether the sides are read one after the other: so they were drawn, or both are prose. */
    private static boolean areColumns(List<Row> rows, Gutter gutter) {
        List<Row> left = gutter.left(rows);
        List<Row> right = gutter.right(rows);
        boolean areApart = isDrawnApart(left, right) || (isProse(left) && isProse(right));
        return !gutter.partsRows(rows) || (areApart && !gutter.partsLabels(rows));
    }

    private static boolean isDrawnApart(List<Row> left, List<Row> right) {
        IntSummaryStatistics first = orders(left);
        IntSummaryStatistics second = orders(right);
        return first.getCount() > 0
                && second.getCount() > 0
                && (first.getMax() < second.getMin() || second.getMax() < first.getMin());
    }

    private static boolean isRightToLeft(Collection<Row> rows) {
        return lines(rows).filter(line -> Bidirectional.isRightToLeft(line.text())).count() * 2
                > lines(rows).count();
    }

    private static IntSummaryStatistics orders(Collection<Row> rows) {
        return lines(rows)
                .filter(line -> !line.isField())
                .collect(Collectors.summarizingInt(Line::order));
    }

    private static boolean isProse(Collection<Row> rows) {
        double length = lines(rows).mapToInt(line -> length(line.text())).average().orElse(0);
        double words =
                lines(rows).mapToInt(line -> line.text().split(" ", -1).length).average().orElse(0);
        boolean isCjk = lines(rows).allMatch(line -> Cjk.isCjk(line.text().codePointAt(0)));
        return length >= PROSE_LENGTH_MIN && (isCjk || words >= PROSE_WORDS_MIN);
    }

    /** Two letters of the Latin script are about as wide as one of Chinese. */
    private static int length(String text) {
        return text.codePoints().map(c -> Cjk.isCjk(c) ? 2 : 1).sum();
    }

    private static Stream<Line> lines(Collection<Row> rows) {
        return rows.stream().flatMap(row -> row.lines().stream());
    }
}

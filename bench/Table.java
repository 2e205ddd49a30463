import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... columns) {
        rows.add(List.of(columns));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** The median, and the least and the greatest in brackets. */
    static String spread(List<Double> values, String format) {
        List<Double> sorted = values.stream().sorted().toList();
        String median = format.formatted(median(values));
        return sorted.size() == 1
                ? median
                : "%s (%s..%s)"
                        .formatted(
                                median,
                                format.formatted(sorted.getFirst()),
                                format.formatted(sorted.getLast()));
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The first column is text, the others are numbers. */
    @Override
    public String toString() {
        String rule = "| --- |" + " ---: |".repeat(rows.getFirst().size() - 1) + "\n";
        return line(rows.getFirst())
                + rule
                + rows.stream().skip(1).map(Table::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}

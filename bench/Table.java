import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** A table in Markdown. */
final class Table {
    /** Of the line below the head, at least. */
    private static final int RULE = 3;

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

    /** The first column is text, the others are numbers. Columns are padded to one width. */
    @Override
    public String toString() {
        var widths = new int[rows.getFirst().size()];
        Arrays.fill(widths, RULE);
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> rule = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            rule.add("-".repeat(i == 0 ? widths[i] : widths[i] - 1) + (i == 0 ? "" : ":"));
        }
        return line(rows.getFirst(), widths)
                + line(rule, widths)
                + rows.stream().skip(1).map(it -> line(it, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> cells, int[] widths) {
        var line = new StringJoiner(" | ", "| ", " |\n");
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.add(i == 0 ? cells.get(i) + padding : padding + cells.get(i));
        }
        return line.toString();
    }
}

package dev.tributary.document.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table as lines with bars between the cells. A cell that spans rows is repeated in each;
 * one that spans columns is followed by empty cells, so that every value is in its column.
 */
final class HtmlTable {
    /** As in the HTML standard. */
    private static final int COLSPAN_MAX = 1_000;

    private static final int ROWSPAN_MAX = 65_534;

    private static final int HEAD_ROWS_MAX = 4;

    /** A longer cell is a part of the page. */
    private static final int CELL_LENGTH_MAX = 2_000;

    /** Only tables of data have these. */
    private static final String MARKED = "th, caption, thead, td[scope], td[headers]";

    private static final String PARTS_OF_PAGE = "h1, h2, h3, h4, h5, h6, pre, form, article";
    private static final String BLOCKS = "ul, ol, dl, p + p";

    private final ExtractionBudget budget;
    private final StringBuilder text = new StringBuilder();

    /** The cells that reach into the next row, by column. */
    private final List<@Nullable Span> spans = new ArrayList<>();

    private int rows;
    private int headRows;
    private int headLength;

    private record Span(String text, int rows) {}

    /**
     * A table as text.
     *
     * @param headLength length of the caption and the rows of headers; 0 if there are none
     */
    record Lines(String text, int headLength) {}

    private HtmlTable(ExtractionBudget budget) {
        this.budget = budget;
    }

    /** Reads a table; null if it is only there for the layout of the page. */
    static @Nullable Lines read(Element table, ExtractionBudget budget) {
        return isData(table) ? new HtmlTable(budget).lines(table) : null;
    }

    private static boolean isData(Element table) {
        String role = table.attr("role");
        if (role.equals("presentation")
                || role.equals("none")
                || table.selectFirst("table table") != null) {
            return false;
        }
        if (table.selectFirst(MARKED) != null) {
            return table.selectFirst("h1, h2, form") == null;
        }
        if (table.selectFirst(PARTS_OF_PAGE) != null) {
            return false;
        }
        List<Element> rows = table.select("tr");
        boolean isGrid = rows.size() > 1 && rows.stream().anyMatch(row -> row.childrenSize() > 1);
        return isGrid
                ? table.select("td").stream().allMatch(it -> it.text().length() <= CELL_LENGTH_MAX)
                : table.selectFirst(BLOCKS) == null;
    }

    private Lines lines(Element table) {
        Element caption = table.selectFirst("caption");
        if (caption != null && caption.hasText()) {
            text.append(cell(caption)).append('\n');
            headLength = text.length();
        }
        for (Element part : table.children()) {
            switch (part.normalName()) {
                case "tr" -> row(part, false);
                case "thead", "tbody", "tfoot" -> group(part);
                default -> {}
            }
        }
        boolean hasBody = rows > headRows;
        return new Lines(text.toString().stripTrailing(), hasBody && headRows > 0 ? headLength : 0);
    }

    private void group(Element group) {
        for (Element row : group.children()) {
            if (row.normalName().equals("tr")) {
                row(row, group.normalName().equals("thead"));
            }
        }
        // No cell spans into the next group.
        spans.clear();
    }

    private void row(Element row, boolean isHead) {
        List<String> cells = new ArrayList<>();
        boolean hasData = false;
        for (Element cell : row.children()) {
            String name = cell.normalName();
            if (name.equals("td") || name.equals("th")) {
                hasData |= name.equals("td");
                takeSpans(cells);
                place(cell, cells);
            }
        }
        int own;
        do {
            own = cells.size();
            takeSpans(cells);
        } while (cells.size() > own);
        if (cells.stream().allMatch(String::isBlank)) {
            return;
        }
        text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |"))).append('\n');
        budget.checkLength(text.length());
        boolean isOfHead = rows == headRows && rows < HEAD_ROWS_MAX && (isHead || !hasData);
        rows++;
        if (isOfHead) {
            headRows++;
            headLength = text.length();
        }
    }

    /** Continues the cells of rows above up to the next column that is free. */
    private void takeSpans(List<String> cells) {
        while (cells.size() < spans.size()) {
            Span span = spans.get(cells.size());
            if (span == null) {
                return;
            }
            spans.set(cells.size(), span.rows > 1 ? new Span(span.text, span.rows - 1) : null);
            cells.add(span.text);
        }
    }

    private void place(Element cell, List<String> cells) {
        String content = cell(cell);
        int columns = Math.clamp(span(cell, "colspan"), 1, COLSPAN_MAX);
        int down = span(cell, "rowspan") == 0 ? ROWSPAN_MAX : span(cell, "rowspan") - 1;
        for (int i = 0; i < columns && cells.size() < COLSPAN_MAX; i++) {
            String own = i == 0 ? content : "";
            int column = cells.size();
            cells.add(own);
            while (spans.size() <= column) {
                spans.add(null);
            }
            if (down > 0) {
                spans.set(column, new Span(own, Math.min(down, ROWSPAN_MAX)));
            }
        }
    }

    /** 1 if it is not stated or no number. */
    private static int span(Element cell, String attribute) {
        String value = cell.attr(attribute).strip();
        return value.matches("\\d{1,6}") ? Integer.parseInt(value) : 1;
    }

    private String cell(Element cell) {
        budget.check();
        return HtmlLine.of(cell, budget, ";", true);
    }
}

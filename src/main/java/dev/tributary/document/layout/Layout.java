package dev.tributary.document.layout;

import dev.tributary.document.layout.RunningLines.Sheet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the text of pages in reading order. For one document. */
public final class Layout {
    private final Runnable watch;
    private final List<Sheet> sheets = new ArrayList<>();
    private final List<List<Block>> asides = new ArrayList<>();
    private Set<String> stamps = Set.of();

    /**
     * Starts a document.
     *
     * @param watch called often; may throw to end it
     */
    public Layout(Runnable watch) {
        this.watch = watch;
    }

    /**
     * Adds the next page.
     *
     * @return about the length of its text
     */
    public long add(Page page) {
        sheets.add(new Sheet(Rows.of(page.main(), watch), page.height()));
        List<Block> aside = new ArrayList<>();
        Set<String> here = new HashSet<>();
        for (List<Glyph> direction : page.others()) {
            List<Row> rows =
                    Rows.of(direction, watch).stream().filter(row -> isNew(row, here)).toList();
            aside.addAll(ReadingOrder.of(rows, watch));
        }
        for (String note : page.notes()) {
            aside.add(Block.paragraph(List.of(note)));
        }
        asides.add(aside);
        stamps = here;
        return length(sheets.getLast(), aside);
    }

    private static long length(Sheet sheet, List<Block> aside) {
        long main =
                sheet.rows().stream()
                        .flatMap(row -> row.lines().stream())
                        .mapToLong(line -> line.text().length())
                        .sum();
        return main
                + aside.stream()
                        .flatMap(block -> block.lines().stream())
                        .mapToLong(String::length)
                        .sum();
    }

    /** Whether the page before has not the same text at the same place, as watermarks are. */
    private boolean isNew(Row row, Collection<String> here) {
        Line line = row.joined();
        String key = "%.0f %.0f %s".formatted(line.left() / 4, line.y() / 4, line.text());
        here.add(key);
        return !stamps.contains(key);
    }

    /** Reads the pages, without the headers and footers that they share. */
    public List<PageText> read() {
        List<List<Row>> kept = new RunningLines(sheets).removed();
        boolean isNothingLeft =
                kept.stream().allMatch(List::isEmpty) && asides.stream().allMatch(List::isEmpty);
        List<PageText> pages = new ArrayList<>();
        for (int i = 0; i < sheets.size(); i++) {
            List<Row> rows = isNothingLeft ? sheets.get(i).rows() : kept.get(i);
            pages.add(new PageText(ReadingOrder.of(rows, watch), asides.get(i)));
        }
        return pages;
    }
}

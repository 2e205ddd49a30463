package dev.tributary.document.layout;

import java.util.List;

/**
 * A paragraph or a table.
 *
 * @param lines as they stand on the page; of a table one for each row, with bars between the cells
 * @param startsColumn whether it is the first of a column, and may go on with the one before
 */
public record Block(List<String> lines, boolean isTable, boolean startsColumn) {
    public Block {
        lines = List.copyOf(lines);
    }

    static Block paragraph(List<String> lines) {
        return new Block(lines, false, false);
    }

    static Block table(List<String> rows) {
        return new Block(rows, true, false);
    }

    Block atStartOfColumn() {
        return new Block(lines, isTable, true);
    }
}

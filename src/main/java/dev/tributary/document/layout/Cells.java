package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds cells of narrow tables that stand close to the cell before them. That they are in a column
 * of their own shows in other rows, where the cell before is shorter or empty.
 */
final class Cells {
    /** In sizes of the font: spaces between words are narrower, unless a line is stretched. */
    private static final float GAP_MIN = 0.8f;

    private static final float ALIGNED_MAX = 0.15f;
    private static final float DISTANCE_MAX = 40;

    private final List<Cell> apart = new ArrayList<>();
    private final List<Cell> close = new ArrayList<>();

    private record Cell(Glyph first, float right) {
        float left() {
            return first.x();
        }

        /** Whether both begin, end or have their middle at the same place of different rows. */
        boolean isInColumnOf(Cell other) {
            float tolerance = ALIGNED_MAX * first.size();
            float distance = Math.abs(first.y() - other.first.y());
            return distance > first.size() / 2
                    && distance <= DISTANCE_MAX * first.size()
                    && (Math.abs(left() - other.left()) <= tolerance
                            || Math.abs(right - other.right) <= tolerance
                            || Math.abs(left() + right - other.left() - other.right)
                                    <= 2 * tolerance);
        }
    }

    private Cells() {}

    /**
     * Finds the first glyphs of such cells.
     *
     * @param rows each in parts between wide gaps
     * @param watch called often; may throw to end it
     */
    static Set<Glyph> starts(List<List<List<Glyph>>> rows, Runnable watch) {
        var cells = new Cells();
        for (List<List<Glyph>> row : rows) {
            watch.run();
            for (int i = 0; i < row.size(); i++) {
                cells.add(row.get(i), i > 0);
            }
        }
        Set<Glyph> starts = new HashSet<>();
        for (Cell cell : cells.close) {
            watch.run();
            if (cells.apart.stream().anyMatch(cell::isInColumnOf)) {
                starts.add(cell.first);
            }
        }
        return starts;
    }

    private void add(List<Glyph> part, boolean isApart) {
        List<Cell> cells = parted(part);
        if (isApart) {
            apart.add(cells.getFirst());
        }
        // Otherwise it is a word with wide spaces between its letters.
        if (cells.size() <= part.size() / 2) {
            close.addAll(cells.subList(1, cells.size()));
        }
    }

    private static List<Cell> parted(List<Glyph> part) {
        List<Cell> cells = new ArrayList<>();
        Glyph first = part.getFirst();
        float right = first.end();
        for (Glyph glyph : part) {
            if (glyph.isBlank()) {
                continue;
            }
            if (glyph.x() - right > GAP_MIN * glyph.size()) {
                cells.add(new Cell(first, right));
                first = glyph;
                right = glyph.end();
            }
            right = Math.max(right, glyph.end());
        }
        cells.add(new Cell(first, right));
        return cells;
    }
}

package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.Collections;
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

    /** What parts words, at least. */
    private static final float SPACE_MIN = 0.15f;

    /** All spaces of a line that is stretched to the width of its column are as wide. */
    private static final float SAME_MAX = 0.03f;

    private final List<Cell> apart = new ArrayList<>();
    private final List<Cell> close = new ArrayList<>();

    private record Cell(Glyph first, float right, boolean mayBeStretched) {
        float left() {
            return first.x();
        }

        /** Whether both begin, end or have their middle at the same place of different rows. */
        boolean isInColumnOf(Cell other) {
            float tolerance = ALIGNED_MAX * first.size();
            if (Math.abs(first.y() - other.first.y()) <= first.size() / 2) {
                return false;
            }
            boolean isAtEnd = Math.abs(right - other.right) <= tolerance;
            float middles = left() + right - other.left() - other.right;
            return Math.abs(left() - other.left()) <= tolerance
                    || Math.abs(middles) <= 2 * tolerance
                    || (isAtEnd && !mayBeStretched);
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
        List<Float> spaces = spaces(part);
        List<Cell> cells = parted(part, spaces.size() == 1);
        if (isApart) {
            apart.add(cells.getFirst());
        }
        // Otherwise it is a word with wide spaces between its letters.
        boolean areWords = cells.size() <= part.size() / 2;
        if (areWords && !isStretched(spaces, part.getFirst().size())) {
            close.addAll(cells.subList(1, cells.size()));
        }
    }

    private static List<Float> spaces(List<Glyph> part) {
        List<Float> spaces = new ArrayList<>();
        float right = part.getFirst().end();
        for (Glyph glyph : part) {
            if (!glyph.isBlank()) {
                if (glyph.x() - right > SPACE_MIN * glyph.size()) {
                    spaces.add(glyph.x() - right);
                }
                right = Math.max(right, glyph.end());
            }
        }
        return spaces;
    }

    private static boolean isStretched(List<Float> spaces, float size) {
        return spaces.size() > 1
                && Collections.max(spaces) - Collections.min(spaces) <= SAME_MAX * size;
    }

    private static List<Cell> parted(List<Glyph> part, boolean mayBeStretched) {
        List<Cell> cells = new ArrayList<>();
        Glyph first = part.getFirst();
        float right = first.end();
        for (Glyph glyph : part) {
            if (glyph.isBlank()) {
                continue;
            }
            if (glyph.x() - right > GAP_MIN * glyph.size()) {
                cells.add(new Cell(first, right, mayBeStretched));
                first = glyph;
                right = glyph.end();
            }
            right = Math.max(right, glyph.end());
        }
        cells.add(new Cell(first, right, mayBeStretched));
        return cells;
    }
}

package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits the lines of a column into paragraphs, by the line spacing of that column. */
final class Paragraphs {
    /** In sizes of the font. Double spacing is about 2.4. */
    private static final float DISTANCE_MAX = 2.6f;

    /** Where a column has too few lines to show what is usual in it. */
    private static final float UNSURE_DISTANCE_MAX = 2.05f;

    private static final int SURE_DISTANCES = 2;

    /** Of the usual distance. */
    private static final float WIDER_MIN = 1.25f;

    private static final float SAME_MAX = 1.1f;

    /** A distance is usual if so many of the lines have it, or a shorter one. */
    private static final float USUAL_SHARE = 0.3f;

    private static final float SIZE_CHANGE_MIN = 1.15f;

    /** In sizes of the font. */
    private static final float INDENT_MIN = 0.7f;

    private static final float ALIGNED_MAX = 0.4f;
    private static final float FULL_MIN = 0.8f;

    private final List<Line> lines;
    private final float[] distances;
    private final float usual;
    private final float left;
    private final float right;

    private Paragraphs(List<Line> lines) {
        this.lines = lines;
        distances = new float[lines.size() + 1];
        distances[0] = Float.MAX_VALUE;
        distances[lines.size()] = Float.MAX_VALUE;
        for (int i = 1; i < lines.size(); i++) {
            distances[i] = lines.get(i).y() - lines.get(i - 1).y();
        }
        usual = usual();
        left = lines.stream().map(Line::left).min(Float::compare).orElse(0f);
        right = lines.stream().map(Line::right).max(Float::compare).orElse(0f);
    }

    /**
     * Finds the paragraphs.
     *
     * @param lines from top to bottom
     */
    static List<Block> of(List<Line> lines) {
        var paragraphs = new Paragraphs(lines);
        List<Block> blocks = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!open.isEmpty() && paragraphs.begins(i, open.getFirst())) {
                blocks.add(Block.paragraph(open));
                open.clear();
            }
            open.add(lines.get(i).text());
        }
        if (!open.isEmpty()) {
            blocks.add(Block.paragraph(open));
        }
        return blocks;
    }

    /** The shortest distance that is common; in doubt a short one. */
    private float usual() {
        int count = lines.size() - 1;
        if (count < SURE_DISTANCES) {
            return count == 1
                    ? Math.min(
                            distances[1], UNSURE_DISTANCE_MAX / WIDER_MIN * lines.getFirst().size())
                    : 0;
        }
        float[] sorted = Arrays.copyOfRange(distances, 1, lines.size());
        Arrays.sort(sorted);
        int index = Math.min(count - 1, (int) Math.ceil(count * USUAL_SHARE) - 1);
        return sorted[Math.max(0, index)];
    }

    private boolean begins(int i, String first) {
        Line line = lines.get(i);
        Line above = lines.get(i - 1);
        float size = Math.min(line.size(), above.size());
        if (distances[i] > DISTANCE_MAX * size || isAnotherSize(above, line)) {
            return true;
        }
        if (Markers.isBulleted(line.text())) {
            return true;
        }
        if (Markers.isNumbered(line.text()) && beginsItem(i, first)) {
            return true;
        }
        boolean isFlowing = flows(above, line);
        if (distances[i] > WIDER_MIN * usual) {
            return !(isFlowing && isRegular(i));
        }
        float near = Math.min(distances[i - 1], distances[i + 1]);
        boolean isWider = distances[i] > WIDER_MIN * near && !startsSmall(line.text());
        return isWider || (!isFlowing && isIndented(i));
    }

    private static boolean isAnotherSize(Line above, Line line) {
        float larger = Math.max(above.size(), line.size());
        return larger >= SIZE_CHANGE_MIN * Math.min(above.size(), line.size());
    }

    /** Whether a number at the start of a line is that of an item, not one within a sentence. */
    private boolean beginsItem(int i, String first) {
        String above = lines.get(i - 1).text();
        return Markers.isNumbered(first)
                || above.matches("(?s).*[.:;!?]")
                || lines.get(i - 1).width() < FULL_MIN / 2 * (right - left);
    }

    /** Whether the distance before a line is that before one of its neighbours too. */
    private boolean isRegular(int i) {
        return isLike(distances[i], distances[i - 1]) || isLike(distances[i], distances[i + 1]);
    }

    private static boolean isLike(float distance, float other) {
        return distance <= SAME_MAX * other && other < Float.MAX_VALUE;
    }

    /** Whether a line goes on with what the line above left unfinished. */
    private boolean flows(Line above, Line line) {
        String text = above.text();
        if (startsSmall(line.text()) || text.matches("(?s).*[-\u2010\u00ad,]")) {
            return true;
        }
        boolean isFull = above.right() >= left + FULL_MIN * (right - left);
        return isFull && !text.matches("(?s).*[.:;!?\u3002][\"'\u201d\u2019)]?");
    }

    private static boolean startsSmall(String text) {
        return Character.isLowerCase(text.codePointAt(0));
    }

    /** Whether only the first line of a paragraph is indented, and this is one. */
    private boolean isIndented(int i) {
        Line line = lines.get(i);
        if (i + 1 >= lines.size() || line.left() - left < INDENT_MIN * line.size()) {
            return false;
        }
        return isAtLeft(lines.get(i - 1)) && isAtLeft(lines.get(i + 1));
    }

    private boolean isAtLeft(Line line) {
        return line.left() - left <= ALIGNED_MAX * line.size();
    }
}

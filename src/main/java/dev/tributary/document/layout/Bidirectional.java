package dev.tributary.document.layout;

import java.text.Bidi;
import java.util.List;
import java.util.Map;

/** Converts text from visual order (left to right) to logical order. */
final class Bidirectional {
    private static final Map<String, String> MIRRORED =
            Map.of("(", ")", ")", "(", "[", "]", "]", "[", "{", "}", "}", "{", "«", "»", "»", "«");

    private Bidirectional() {}

    /** Whether most letters of a text are of a script that runs from right to left. */
    static boolean isRightToLeft(String text) {
        return text.codePoints().map(Bidirectional::direction).sum() > 0;
    }

    /** 1 for letters that run from right to left, -1 for those from left to right, else 0. */
    private static int direction(int codePoint) {
        return switch (Character.getDirectionality(codePoint)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC ->
                    1;
            case Character.DIRECTIONALITY_LEFT_TO_RIGHT -> -1;
            default -> 0;
        };
    }

    /**
     * Joins pieces of a line in logical order.
     *
     * @param pieces as seen from left to right; each is in logical order itself
     */
    static String logical(List<String> pieces) {
        var visual = new StringBuilder(pieces.size());
        int balance = 0;
        boolean isMixed = false;
        for (String piece : pieces) {
            int c = piece.isEmpty() ? ' ' : piece.codePointAt(0);
            int direction = direction(c);
            isMixed |= direction > 0;
            balance += direction;
            // One character stands for each piece.
            visual.append(Character.isBmpCodePoint(c) ? (char) c : direction > 0 ? '\u05d0' : 'a');
        }
        return isMixed
                ? reordered(pieces, visual.toString(), balance > 0)
                : String.join("", pieces);
    }

    private static String reordered(List<String> pieces, String visual, boolean isRightToLeft) {
        var bidi =
                new Bidi(
                        visual,
                        isRightToLeft
                                ? Bidi.DIRECTION_RIGHT_TO_LEFT
                                : Bidi.DIRECTION_LEFT_TO_RIGHT);
        var levels = new byte[pieces.size()];
        var ordered = new String[pieces.size()];
        for (int i = 0; i < ordered.length; i++) {
            levels[i] = (byte) bidi.getLevelAt(i);
            String piece = pieces.get(i);
            ordered[i] = levels[i] % 2 == 1 ? MIRRORED.getOrDefault(piece, piece) : piece;
        }
        Bidi.reorderVisually(levels, 0, ordered, 0, ordered.length);
        return String.join("", ordered);
    }
}

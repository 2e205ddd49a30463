package dev.tributary.document.layout;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts the glyphs of a line to text, with a blank at each gap between words. */
final class Words {
    /** In sizes of the font. */
    private static final float GAP_MIN = 0.15f;

    private static final float CJK_GAP_MIN = 0.6f;

    /** Fewest gaps, and fewest letters per gap, from which letter spacing is estimated. */
    private static final int SPACED_MIN = 4;

    private static final int TYPED_MIN = 6;
    private static final float SPACED_GAP_MIN = 0.04f;
    private static final float LETTERS_MIN = 0.6f;

    private final float spacing;
    private final List<String> pieces = new ArrayList<>();
    private @Nullable Glyph last;
    private @Nullable Glyph base;
    private boolean isRaised;
    private String marks = "";

    private Words(float spacing) {
        this.spacing = spacing;
    }

    /** The text of glyphs that stand from left to right, in logical order. */
    static String of(List<Glyph> glyphs) {
        boolean isTyped = isSpacedByBlanks(glyphs);
        List<Glyph> drawn =
                isTyped ? glyphs.stream().filter(glyph -> !glyph.isBlank()).toList() : glyphs;
        var words = new Words(spacing(drawn));
        boolean isParted = false;
        for (Glyph glyph : drawn) {
            if (glyph.isBlank()) {
                isParted = true;
            } else {
                words.add(glyph, isParted);
                isParted = false;
            }
        }
        return Bidirectional.logical(words.pieces);
    }

    /** Whether blanks stand between all letters, as in {@code T I T L E}. */
    private static boolean isSpacedByBlanks(List<Glyph> glyphs) {
        int count = 0;
        boolean wasBlank = true;
        for (Glyph glyph : glyphs) {
            if (!glyph.isBlank()) {
                if (!wasBlank || !Character.isLetter(glyph.codePoint())) {
                    return false;
                }
                count++;
            }
            wasBlank = glyph.isBlank();
        }
        return count >= TYPED_MIN;
    }

    /** The space that is set between letters, in points; 0 for usual text. */
    private static float spacing(List<Glyph> glyphs) {
        var gaps = new float[glyphs.size()];
        int count = 0;
        int letters = 0;
        float size = 0;
        for (int i = 1; i < glyphs.size(); i++) {
            Glyph before = glyphs.get(i - 1);
            Glyph glyph = glyphs.get(i);
            if (!before.isBlank() && !glyph.isBlank()) {
                gaps[count++] = glyph.x() - before.end();
                letters += Character.isLetter(glyph.codePoint()) ? 1 : 0;
                size = Math.max(size, glyph.size());
            }
        }
        if (count < SPACED_MIN || letters < LETTERS_MIN * count) {
            return 0;
        }
        Arrays.sort(gaps, 0, count);
        float usual = gaps[count / 4];
        return usual > SPACED_GAP_MIN * size ? usual : 0;
    }

    private void add(Glyph glyph, boolean isParted) {
        String text = normal(glyph.text());
        if (last == null) {
            pieces.add(text);
            base = glyph;
            last = glyph;
            return;
        }
        if (isMark(text)) {
            mark(glyph, text);
            return;
        }
        boolean wasRaised = isRaised;
        isRaised = base != null && Script.isRaised(glyph, base);
        if (isParted || last.isField() != glyph.isField() || isGap(last, glyph)) {
            pieces.add(" ");
        } else if (isRaised && !wasRaised) {
            pieces.add(Script.separator(String.join("", tail()), glyph.codePoint()));
        } else if (startsBehindMark(glyph)) {
            pieces.add(" ");
        }
        if (!isRaised) {
            base = glyph;
        }
        pieces.add(marks.isEmpty() ? text : text + marks);
        marks = "";
        last = glyph;
    }

    private List<String> tail() {
        return pieces.subList(Math.max(0, pieces.size() - 16), pieces.size());
    }

    /** Whether a line begins with a raised number, as footnotes do, and its text begins here. */
    private boolean startsBehindMark(Glyph next) {
        return base != null
                && pieces.size() <= 3
                && pieces.stream().allMatch(piece -> Character.isDigit(piece.codePointAt(0)))
                && Script.isRaised(base, next);
    }

    private boolean isGap(Glyph left, Glyph right) {
        float size = Math.min(left.size(), right.size());
        boolean isCjk = Cjk.isCjk(left.codePoint()) && Cjk.isCjk(right.codePoint());
        float gap = right.x() - left.end() - spacing;
        return gap > (isCjk ? CJK_GAP_MIN : GAP_MIN) * size;
    }

    /** An accent that is drawn by itself belongs to the letter that it stands over. */
    private void mark(Glyph glyph, String text) {
        float middle = glyph.x() + glyph.width() / 2;
        if (last != null && middle < last.end() - 0.01f * last.size()) {
            pieces.set(pieces.size() - 1, pieces.getLast() + text);
        } else {
            marks += text;
        }
    }

    private static boolean isMark(String text) {
        return text.codePoints().allMatch(c -> Character.getType(c) == Character.NON_SPACING_MARK);
    }

    /** Ligatures, and the forms of Arabic letters and of vertical punctuation, as usual letters. */
    private static String normal(String text) {
        boolean isForm = text.chars().anyMatch(Words::isForm);
        return isForm ? Normalizer.normalize(text, Normalizer.Form.NFKC).strip() : text;
    }

    private static boolean isForm(int c) {
        return (c >= 0xFB00 && c <= 0xFDFF)
                || (c >= 0xFE10 && c <= 0xFE19)
                || (c >= 0xFE30 && c <= 0xFE48)
                || (c >= 0xFE70 && c <= 0xFEFE);
    }
}

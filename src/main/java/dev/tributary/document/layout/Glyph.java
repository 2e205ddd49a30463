package dev.tributary.document.layout;

/**
 * What a font draws at once: a character, or a ligature of several. Lengths are in points; x grows
 * in the direction of writing, y from line to line.
 *
 * @param text in logical order
 * @param x where it starts
 * @param y of the baseline
 * @param width without the space that is set between letters
 * @param size of the font
 * @param isField whether it is the value of a form field, which is drawn apart from its label
 */
public record Glyph(String text, float x, float y, float width, float size, boolean isField) {
    float end() {
        return x + width;
    }

    boolean isBlank() {
        return text.isBlank();
    }

    int codePoint() {
        return text.codePointAt(0);
    }
}

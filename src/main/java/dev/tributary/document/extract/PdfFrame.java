package dev.tributary.document.extract;

import dev.tributary.document.layout.Glyph;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType3Font;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/** A page turned so that text of one direction runs from left to right, and lines go downwards. */
final class PdfFrame {
    /** Scanned lines are not quite straight. */
    private static final int SLANT_MAX = 7;

    private static final int STEP = 5;

    private final double cos;
    private final double sin;
    private final float top;
    private final float height;

    /**
     * Turns a page.
     *
     * @param direction of the text, in degrees counter-clockwise
     */
    PdfFrame(int direction, PDRectangle box) {
        cos = Math.cos(Math.toRadians(direction));
        sin = Math.sin(Math.toRadians(direction));
        float[] ys = {
            y(0, 0), y(box.getWidth(), 0), y(0, box.getHeight()), y(box.getWidth(), box.getHeight())
        };
        float min = Float.MAX_VALUE;
        float max = -Float.MAX_VALUE;
        for (float y : ys) {
            min = Math.min(min, y);
            max = Math.max(max, y);
        }
        top = min;
        height = max - min;
    }

    /** The direction in which a glyph is followed by the next, in whole degrees, 0 to 359. */
    static int direction(TextPosition glyph) {
        Matrix matrix = glyph.getTextMatrix();
        double angle = Math.toDegrees(Math.atan2(matrix.getShearY(), matrix.getScaleX()));
        long right = Math.round(angle / 90) * 90;
        long rounded =
                Math.abs(angle - right) <= SLANT_MAX ? right : Math.round(angle / STEP) * STEP;
        int direction = Math.floorMod((int) rounded, 360);
        return glyph.getFont().isVertical() ? downwards(direction) : direction;
    }

    /** The direction of columns of upright characters. */
    static int downwards(int direction) {
        return Math.floorMod(direction - 90, 360);
    }

    float height() {
        return height;
    }

    List<Glyph> glyphs(List<TextPosition> positions) {
        List<Glyph> glyphs = new ArrayList<>(positions.size());
        for (TextPosition position : positions) {
            Glyph glyph = glyph(position);
            if (!glyph.text().isEmpty() && Float.isFinite(glyph.x()) && Float.isFinite(glyph.y())) {
                glyphs.add(glyph);
            }
        }
        return glyphs;
    }

    Glyph glyph(TextPosition position) {
        Matrix matrix = position.getTextMatrix();
        float size = size(position);
        float x = x(matrix.getTranslateX(), matrix.getTranslateY());
        float end = x(position.getEndX(), position.getEndY());
        float width = end - x;
        boolean isUpright = Math.abs(width) < 0.01f * size && position.getWidth() > 0;
        // An upright character in a column takes as much of it as it is wide.
        return new Glyph(
                text(position.getUnicode()),
                Math.min(x, end),
                y(matrix.getTranslateX(), matrix.getTranslateY()) - top,
                isUpright ? size : Math.abs(width),
                size,
                false);
    }

    float x(float x, float y) {
        return (float) (x * cos + y * sin);
    }

    /** From the top of the page downwards, if the top is known. */
    private float y(float x, float y) {
        return (float) (x * sin - y * cos);
    }

    float fromTop(float x, float y) {
        return y(x, y) - top;
    }

    private static float size(TextPosition position) {
        Matrix matrix = position.getTextMatrix();
        float size = (float) Math.hypot(matrix.getShearX(), matrix.getScaleY());
        float height = position.getHeightDir();
        if (position.getFont() instanceof PDType3Font font && height > 0) {
            // Such fonts have units of their own.
            size *= 1_000 * Math.abs(font.getFontMatrix().getScaleY());
            return Math.clamp(size, height, 3 * height);
        }
        return Math.max(size, 0.1f);
    }

    /** A font may name what is no character: there is nothing to be stored of it. */
    private static String text(String unicode) {
        if (unicode == null) {
            return "";
        }
        var text = new StringBuilder(unicode.length());
        unicode.codePoints()
                .filter(c -> c != 0 && (c < 0xD800 || c > 0xDFFF))
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}

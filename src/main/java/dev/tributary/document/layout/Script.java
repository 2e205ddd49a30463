package dev.tributary.document.layout;

import java.util.regex.Pattern;

/** Raised and lowered characters. */
final class Script {
    /** Of the size of the base. */
    static final float SIZE_MAX = 0.85f;

    static final float SIZE_MIN = 0.4f;
    static final float RISE_MAX = 0.75f;
    private static final float RISE_MIN = 0.12f;

    /** Before a raised number: a short number, a variable or a unit of length, but no word. */
    private static final Pattern POWER_BASE =
            Pattern.compile(
                    "(?s).*(?:(?<![\\d.,])\\d{1,2}|[)\\]]|(?<!\\p{L})(?!(?:a[mnst]|b[ey]|d[aeou]|e[lrst]"
                            + "|go|he|i[fmnst]|la|le|me|my|no|o[fnr]|so|to|u[mnps]|we|wo|zu)$)"
                            + "\\p{L}{1,2})");

    private static final Pattern VARIABLE = Pattern.compile("(?s).*(?<![\\p{L}\\p{N}])[a-z]");

    private Script() {}

    /** Whether something of a size at a distance from the baseline is a script of its neighbour. */
    static boolean isSmall(float size, float baseSize, float rise) {
        return size <= SIZE_MAX * baseSize
                && size >= SIZE_MIN * baseSize
                && rise <= RISE_MAX * baseSize;
    }

    static boolean isRaised(Glyph glyph, Glyph base) {
        float rise = base.y() - glyph.y();
        return rise >= RISE_MIN * base.size() && isSmall(glyph.size(), base.size(), rise);
    }

    /** What is written between a base and the raised characters behind it. */
    static String separator(CharSequence base, int raised) {
        CharSequence tail = base.subSequence(Math.max(0, base.length() - 16), base.length());
        boolean isNumber =
                Character.isDigit(raised) || "+-\u2212\u2013*\u2020\u2021".indexOf(raised) >= 0;
        if (!isNumber) {
            boolean isVariable = "ijkmnpqxy".indexOf(raised) >= 0;
            return isVariable && VARIABLE.matcher(tail).matches() ? "^" : "";
        }
        boolean isMark = "*\u2020\u2021".indexOf(raised) >= 0;
        return !isMark && POWER_BASE.matcher(tail).matches() ? "^" : " ";
    }
}

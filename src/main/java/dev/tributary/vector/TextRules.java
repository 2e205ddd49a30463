package dev.tributary.vector;

import dev.tributary.failure.ServiceException;

/** The rules that text must meet to be stored and searched by any store. */
public final class TextRules {
    private static final String NUL_HINT =
            "remove U+0000 from the text; if it was read from a file in UTF-16 or UTF-32, convert it"
                    + " to UTF-8";

    private TextRules() {}

    /**
     * Returns the text if it can be stored: it has no U+0000, which databases refuse, and no half
     * of a surrogate pair, which is not Unicode.
     *
     * @throws ServiceException {@code INVALID} naming the field and the position otherwise
     */
    public static String storable(String field, String text) {
        int i = 0;
        while (i < text.length()) {
            int character = text.codePointAt(i);
            if (character == 0) {
                throw ServiceException.invalid(
                                field, "has U+0000 at position " + i + ", which cannot be stored")
                        .withHint(NUL_HINT);
            }
            if (Character.getType(character) == Character.SURROGATE) {
                throw ServiceException.invalid(
                        field, "has half of a surrogate pair at position " + i);
            }
            i += Character.charCount(character);
        }
        return text;
    }

    /**
     * Returns the text if it can be stored and has 1 to {@code lengthMax} characters.
     *
     * @throws ServiceException {@code INVALID} naming the field otherwise
     */
    public static String within(String field, String text, int lengthMax) {
        if (text.isEmpty() || text.length() > lengthMax) {
            throw ServiceException.invalid(
                    field,
                    "has %,d characters, must have 1 to %,d".formatted(text.length(), lengthMax));
        }
        return storable(field, text);
    }

    /** True if a reader would see nothing: no characters, white space, or invisible characters. */
    public static boolean isBlank(String text) {
        return text.codePoints()
                .allMatch(c ->
                        Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.getType(c) == Character.FORMAT);
    }
}

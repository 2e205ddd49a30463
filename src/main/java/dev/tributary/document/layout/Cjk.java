package dev.tributary.document.layout;

/** Characters of scripts that are written without blanks between words. */
public final class Cjk {
    private Cjk() {}

    /** Whether it is a character of Chinese or Japanese, or punctuation of theirs. */
    public static boolean isCjk(int codePoint) {
        return isLetter(codePoint)
                || (codePoint >= 0x3000 && codePoint <= 0x303F)
                || (codePoint >= 0xFF01 && codePoint <= 0xFF65);
    }

    /** Whether words may go on with it over the end of a line. */
    static boolean isLetter(int codePoint) {
        return switch (Character.UnicodeScript.of(codePoint)) {
            case HAN, HIRAGANA, KATAKANA, BOPOMOFO -> true;
            default -> codePoint == 0x30FC;
        };
    }
}

package dev.tributary.embedding;

/**
 * Tokens of a model whose tokenizer is not here, estimated so that there are rather too many:
 *
 * <ul>
 *   <li>of a word in ASCII letters, each piece of at most 3 characters;
 *   <li>each letter of an alphabet with upper and lower case, each digit and each sign for itself;
 *   <li>of each other letter, such as an ideograph, kana or hangul, two;
 *   <li>of a character outside of the Basic Multilingual Plane, such as an emoji, three;
 *   <li>of blanks none.
 * </ul>
 */
final class EstimatedTokens {
    private static final int SPECIAL = 2;
    private static final int ASCII_PIECE = 3;
    private static final int TOKENS_OF_CASELESS = 2;
    private static final int TOKENS_OF_SUPPLEMENTARY = 3;

    private EstimatedTokens() {}

    /** Returns the tokens of the text, of which two special ones are added to every text. */
    static Tokens of(String text) {
        var tokens = new Tokens.Builder();
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            int end =
                    isAsciiLetter(codePoint)
                            ? pieceEnd(text, i)
                            : i + Character.charCount(codePoint);
            for (int times = times(codePoint); times > 0; times--) {
                tokens.add(i, end);
            }
            i = end;
        }
        return tokens.build(SPECIAL);
    }

    private static int pieceEnd(String text, int start) {
        int end = start + 1;
        while (end < text.length()
                && end - start < ASCII_PIECE
                && isAsciiLetter(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** How many tokens stand for a character, or for the piece that it begins. */
    private static int times(int codePoint) {
        if (Character.isSupplementaryCodePoint(codePoint)) {
            return TOKENS_OF_SUPPLEMENTARY;
        }
        if (Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)) {
            return 0;
        }
        return Character.getType(codePoint) == Character.OTHER_LETTER ? TOKENS_OF_CASELESS : 1;
    }

    private static boolean isAsciiLetter(int codePoint) {
        return codePoint < 128 && Character.isLetter(codePoint);
    }
}

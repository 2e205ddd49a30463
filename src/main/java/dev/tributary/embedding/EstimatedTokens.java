package dev.tributary.embedding;

/**
 * Estimates the tokens of a model whose tokenizer is not available. The estimate tends to be high:
 *
 * <ul>
 *   <li>each piece of at most 3 characters of a word in ASCII letters is a token;
 *   <li>each letter of another alphabet with upper and lower case, each digit and each sign is a
 *       token;
 *   <li>each other letter, such as an ideograph, kana or hangul, is two tokens;
 *   <li>each character outside the Basic Multilingual Plane, such as an emoji, is three tokens;
 *   <li>blanks are no tokens.
 * </ul>
 */
final class EstimatedTokens {
    private static final int SPECIAL = 2;
    private static final int ASCII_PIECE = 3;
    private static final int TOKENS_OF_CASELESS = 2;
    private static final int TOKENS_OF_SUPPLEMENTARY = 3;

    private EstimatedTokens() {}

    /** Returns the tokens of the text, with two special tokens added to every text. */
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

    /** How many tokens a character counts for, or the piece that it begins. */
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

package dev.tributary.vector;

import dev.tributary.failure.Bounds;
import dev.tributary.failure.ServiceException;
import java.util.Set;

/**
 * How the words of a collection are parsed and ranked. The constructor throws {@code INVALID} if a
 * number is out of range.
 *
 * @param language name of a language that the store knows, such as {@code english}, or {@link #CJK}
 * @param k1 how much repetition of a word counts, 0 (not at all) to 10; 1.2 is BM25's usual value
 * @param b how much a chunk's length counts against it, 0 (not at all) to 1; 0.75 is usual
 * @param titleWeight how many times a word of the title counts, 0 to 10; the stored text depends on
 *     it
 */
public record TextSpec(String language, double k1, double b, int titleWeight, boolean foldAccents) {
    /**
     * Text without spaces between words, such as Chinese, Japanese and Thai; indexed by bigrams.
     */
    public static final String CJK = "cjk";

    public static final double K1_DEFAULT = 1.2;
    public static final double B_DEFAULT = 0.75;
    public static final int TITLE_WEIGHT_DEFAULT = 2;
    public static final double K1_MAX = 10;
    public static final int TITLE_WEIGHT_MAX = 10;

    /** Their stemmers decide which accents make another word, and match the others. */
    private static final Set<String> ACCENTS_STEMMED =
            Set.of("catalan", "dutch", "german", "greek", "spanish");

    public TextSpec {
        requireShare("k1", k1, K1_MAX);
        requireShare("b", b, 1);
        Bounds.require("titleWeight", titleWeight, 0, TITLE_WEIGHT_MAX);
    }

    /** A language with the default numbers. */
    public static TextSpec of(String language) {
        return new TextSpec(
                language,
                K1_DEFAULT,
                B_DEFAULT,
                TITLE_WEIGHT_DEFAULT,
                foldsAccentsByDefault(language));
    }

    /** True if accents are folded in this language unless a collection says otherwise. */
    public static boolean foldsAccentsByDefault(String language) {
        return !ACCENTS_STEMMED.contains(language);
    }

    private static void requireShare(String field, double value, double max) {
        if (!(value >= 0 && value <= max)) {
            throw ServiceException.invalid(field, "is %s, must be 0 to %s".formatted(value, max));
        }
    }
}

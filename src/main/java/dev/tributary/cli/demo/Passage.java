package dev.tributary.cli.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts as a terminal shows them. Pure. */
final class Passage {
    private static final Pattern NOT_SHOWN = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\s]+");

    /**
     * Code fences, table rules and heading marks, which say little once the text is on one line.
     */
    private static final Pattern MARKUP = Pattern.compile("```\\w*|\\|[ -]*-[ |-]*\\||(?m:^#+ )");

    private static final int WORD_LENGTH_MIN = 4;
    private static final int STEM_LENGTH = 5;

    private Passage() {}

    /** The text on one line, without characters that would control a terminal. */
    static String oneLine(String text) {
        return NOT_SHOWN.matcher(text).replaceAll(" ");
    }

    /** The text cut to a width, with an ellipsis if anything is cut off. */
    static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }

    /** Where a line of this width ends: at the last blank that fits. */
    static int lineEnd(String text, int width) {
        if (text.length() <= width) {
            return text.length();
        }
        int blank = text.lastIndexOf(' ', width);
        return blank > width / 2 ? blank : width;
    }

    /** The part of a passage that has the most words of the question. */
    static String excerpt(String passage, String question, int width) {
        Set<String> stems = stems(question);
        String text = oneLine(MARKUP.matcher(passage).replaceAll(" ")).strip();
        String best = text;
        long most = 0;
        for (int start = 0; start < text.length(); start = nextWord(text, start)) {
            String part = text.substring(start, Math.min(text.length(), start + width - 3));
            String lower = part.toLowerCase(Locale.ROOT);
            long found = stems.stream().filter(lower::contains).count();
            if (found > most) {
                most = found;
                best = (start == 0 ? "" : "… ") + text.substring(start);
            }
        }
        return cut(best, width);
    }

    private static Set<String> stems(String question) {
        return Arrays.stream(question.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1))
                .filter(word -> word.length() >= WORD_LENGTH_MIN)
                .map(word -> word.substring(0, Math.min(STEM_LENGTH, word.length())))
                .collect(Collectors.toSet());
    }

    private static int nextWord(String text, int from) {
        int blank = text.indexOf(' ', from);
        return blank < 0 ? text.length() : blank + 1;
    }
}

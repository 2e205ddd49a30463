package dev.tributary.vector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How text is read into words: runs of letters and digits, in lower case, without stems. A small
 * word of the language is no word, but keeps its place: it is {@link #GAP}.
 */
final class Words {
    /** Stands where a word is that is not searched for. */
    static final String GAP = "";

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");

    /** The mark that lengthens a vowel is common to two scripts, and so of none. */
    private static final Pattern SPACELESS_OR_WORD =
            Pattern.compile(
                    """
                    (?<run>[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}\\p{IsThai}\\p{IsLao}\
                    \\p{IsKhmer}\\p{IsMyanmar}\u30FC]+)\
                    |[\\p{L}\\p{M}\\p{N}&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}\
                    \\p{IsThai}\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}\u30FC]]+\
                    """);

    private static final Set<String> STOP_WORDS =
            Set.of(
                    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is",
                    "it", "of", "on", "or", "that", "the", "this", "to", "was", "with");

    private Words() {}

    /** The words of a text in their order, gaps included. */
    static List<String> in(@Nullable String text, String language) {
        if (text == null) {
            return List.of();
        }
        boolean isCjk = language.equals(TextSpec.CJK);
        List<String> words = new ArrayList<>();
        Matcher word = (isCjk ? SPACELESS_OR_WORD : WORD).matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            if (isCjk && word.group("run") != null) {
                addBigrams(words, word.group().codePoints().toArray());
            } else {
                boolean isSmall = language.equals("english") && STOP_WORDS.contains(word.group());
                words.add(isSmall ? GAP : word.group());
            }
        }
        return words;
    }

    private static void addBigrams(List<String> words, int[] run) {
        if (run.length == 1) {
            words.add(Character.toString(run[0]));
        }
        for (int i = 0; i + 1 < run.length; i++) {
            words.add(new String(run, i, 2));
        }
    }

    /** The words without the gaps. */
    static List<String> withoutGaps(List<String> words) {
        return words.stream().filter(word -> !word.equals(GAP)).toList();
    }

    /**
     * True if the words of the phrase stand in the text one behind the other; any word may stand at
     * a gap. A phrase of gaps alone stands nowhere.
     */
    static boolean contain(List<String> text, List<String> phrase) {
        List<String> sought = stripped(phrase);
        if (sought.isEmpty()) {
            return false;
        }
        for (int start = 0; start + sought.size() <= text.size(); start++) {
            if (standsAt(text, start, sought)) {
                return true;
            }
        }
        return false;
    }

    private static boolean standsAt(List<String> text, int start, List<String> phrase) {
        for (int i = 0; i < phrase.size(); i++) {
            String word = phrase.get(i);
            if (!word.equals(GAP) && !word.equals(text.get(start + i))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> stripped(List<String> phrase) {
        int from = 0;
        int to = phrase.size();
        while (from < to && phrase.get(from).equals(GAP)) {
            from++;
        }
        while (from < to && phrase.get(to - 1).equals(GAP)) {
            to--;
        }
        return from == to ? Collections.emptyList() : phrase.subList(from, to);
    }
}

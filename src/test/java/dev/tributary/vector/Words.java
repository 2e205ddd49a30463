package dev.tributary.vector;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How text is read into words: runs of letters and digits, in lower case, without stems. A small
 * word of the language is no word, but keeps its place: it is {@link #GAP}. What is not seen makes
 * no difference, and neither do accents where they are folded.
 */
final class Words {
    /** Stands where a word is that is not searched for. */
    static final String GAP = "";

    private static final Pattern INVISIBLE =
            Pattern.compile("[\\p{Cf}\\x{34F}\\x{FE00}-\\x{FE0F}]");
    private static final Pattern SHARP = Pattern.compile("(?i)(?<!\\w)([cfj])#");
    private static final Pattern PLUS_PLUS = Pattern.compile("(?i)(?<!\\w)([cg])\\+\\+");
    private static final Pattern ACCENT = Pattern.compile("(?<=[A-Za-z\\p{IsGreek}])\\p{Mn}+");
    private static final Pattern BROKEN_RUN =
            Pattern.compile(
                    "(?<=[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}])\\s*\\n\\s*(?=[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}])");
    private static final Pattern CAPITALS =
            Pattern.compile("\\b\\p{Lu}{2,3}\\b|(?<=\\w,? )\\p{Lu}\\p{Ll}{1,2}\\b");

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
                    "it", "of", "on", "or", "that", "the", "this", "to", "was", "who", "with");

    private Words() {}

    /** The words of a text in their order, gaps included. */
    static List<String> in(@Nullable String text, TextSpec spec) {
        if (text == null) {
            return List.of();
        }
        String plain = plain(text);
        return split(spec.foldAccents() ? folded(plain) : plain, spec.language());
    }

    /** The words that have accents, as they are, where accents are folded. */
    static Set<String> accented(@Nullable String text, TextSpec spec) {
        if (text == null || !spec.foldAccents()) {
            return Set.of();
        }
        Set<String> words = new TreeSet<>(split(plain(text), spec.language()));
        in(text, spec).forEach(words::remove);
        return words;
    }

    /** Every word, the small ones as well. */
    static List<String> small(String text) {
        return split(plain(text), "simple");
    }

    /** The small words that are written in capitals. */
    static Set<String> smallInCapitals(@Nullable String text, TextSpec spec) {
        Set<String> found = new TreeSet<>();
        if (text != null && spec.language().equals("english")) {
            CAPITALS.matcher(plain(text))
                    .results()
                    .map(capital -> capital.group().toLowerCase(Locale.ROOT))
                    .filter(STOP_WORDS::contains)
                    .forEach(found::add);
        }
        return found;
    }

    /** The small words of which at least four stand in a row. */
    static Set<String> smallInARow(@Nullable String text, TextSpec spec) {
        Set<String> found = new TreeSet<>();
        if (text == null || !spec.language().equals("english")) {
            return found;
        }
        List<String> row = new ArrayList<>();
        for (String word : split(plain(text), "simple")) {
            if (STOP_WORDS.contains(word)) {
                row.add(word);
            } else {
                row.clear();
            }
            if (row.size() >= 4) {
                found.addAll(row);
            }
        }
        return found;
    }

    private static String plain(String text) {
        String visible =
                Normalizer.normalize(INVISIBLE.matcher(text).replaceAll(""), Normalizer.Form.NFKC);
        String sharp = SHARP.matcher(visible).replaceAll("$1sharp ");
        return BROKEN_RUN
                .matcher(PLUS_PLUS.matcher(sharp).replaceAll("$1plusplus "))
                .replaceAll("");
    }

    private static String folded(String plain) {
        String apart = Normalizer.normalize(plain, Normalizer.Form.NFD);
        return Normalizer.normalize(
                ACCENT.matcher(apart).replaceAll("").replace('ł', 'l').replace('Ł', 'L'),
                Normalizer.Form.NFC);
    }

    private static List<String> split(String text, String language) {
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

package dev.tributary.document.layout;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether a hyphen at the end of a line belongs to the word: by the spelling in the rest of
 * the document, otherwise by common usage.
 */
public final class Hyphens {
    private static final String LETTER = "[\\p{L}\\p{M}\\p{N}]";

    /** Without any document. */
    static final Hyphens USUAL = new Hyphens(Map.of());

    private static final int WORDS_MAX = 500_000;

    private static final Pattern WORD =
            Pattern.compile(LETTER + "+(?:[-\u2010\u2011'\u2019]" + LETTER + "+)*");

    private static final Pattern BEFORE =
            Pattern.compile(
                    "(?s).*?((?:"
                            + LETTER
                            + "|(?<="
                            + LETTER
                            + ")[-\u2010\u2011'\u2019])*"
                            + LETTER
                            + ")(?:[-\u2010\u2011]|\u00ad)");

    /** What may stand before a word in small letters, within a sentence. */
    private static final Pattern UNFINISHED =
            Pattern.compile("(?s).*[\\p{L}\\p{N},;)\\]\"\u201d\u2019%]");

    /** No sentence ends with a comma or with such a word. */
    private static final Pattern NEVER_LAST =
            Pattern.compile(
                    "(?s).*(?:,|(?<!\\p{L})(?:the|a|an|of|and|or|in|to|by|for|with|from|at|on|is|are|was"
                            + "|der|die|das|den|dem|des|und|oder|von|im|am|mit|für|zu|le|la|les|de|du|et))");

    /** Short words between hyphens, as in {@code up-to-date}. */
    private static final Pattern CHAIN = Pattern.compile("\\p{L}{1,3}-\\p{L}");

    private static final Pattern AFTER = Pattern.compile("(?s)(" + LETTER + "+).*");

    /** Before these a hyphen stands for a part that two words share. */
    private static final Set<String> CONJUNCTIONS =
            Set.of(
                    "und",
                    "oder",
                    "bzw",
                    "sowie",
                    "bis",
                    "beziehungsweise",
                    "and",
                    "or",
                    "und/oder");

    /** What is written with a hyphen before most words, if no ending follows. */
    private static final Set<String> FIRST_PARTS =
            Set.of(
                    "well",
                    "self",
                    "vice",
                    "long",
                    "short",
                    "high",
                    "low",
                    "quasi",
                    "peer",
                    "fine",
                    "heavy",
                    "decision",
                    "two",
                    "three",
                    "four",
                    "five",
                    "six",
                    "seven",
                    "eight",
                    "nine",
                    "twenty",
                    "thirty",
                    "forty",
                    "fifty",
                    "sixty",
                    "seventy",
                    "eighty",
                    "ninety");

    private static final Pattern ENDING =
            Pattern.compile(
                    "(?:teen|ty|th|ed|e[nrst]|e?st|en(?:s|ed|ing)|ing|ness|ish|less|ly|ment|ful|fold|some"
                            + "|itude|age|ages|ance|light|lights|way|ways|land|lands|hand|cut|cuts"
                            + "|fall|list|wards?|comes?|being)s?");

    /** What is written with a hyphen after most words. */
    private static final Set<String> LAST_PARTS =
            Set.of(
                    "based",
                    "term",
                    "known",
                    "driven",
                    "oriented",
                    "specific",
                    "aware",
                    "level",
                    "scale",
                    "related",
                    "dependent",
                    "independent",
                    "sensitive",
                    "friendly",
                    "resistant",
                    "effective",
                    "efficient",
                    "intensive",
                    "quality",
                    "speed",
                    "performance",
                    "assisted",
                    "generated",
                    "trained",
                    "tuned",
                    "defined",
                    "free",
                    "class",
                    "year",
                    "up",
                    "off",
                    "mail");

    /** These make one word with what follows. */
    private static final Set<String> PREFIXES =
            Set.of(
                    "un", "in", "im", "ir", "re", "de", "dis", "non", "over", "under", "inter",
                    "pre", "mis", "out", "sub", "co", "fore", "up", "be", "en", "cor", "ad", "ex",
                    "pro");

    private final Map<String, Integer> words;

    private Hyphens(Map<String, Integer> words) {
        this.words = words;
    }

    /** Learns the words of a document, but not those that a line end parts. */
    public static Hyphens of(Collection<Block> blocks) {
        Map<String, Integer> words = new HashMap<>();
        for (Block block : blocks) {
            for (int i = 0; i < block.lines().size() && words.size() < WORDS_MAX; i++) {
                boolean isGoingOn =
                        i > 0 && BEFORE.matcher(tail(block.lines().get(i - 1))).matches();
                learn(block.lines().get(i), isGoingOn, words);
            }
        }
        return new Hyphens(words);
    }

    private static void learn(String line, boolean isGoingOn, Map<String, Integer> words) {
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            boolean isParted =
                    (isGoingOn && word.start() == 0) || isBeforeLastHyphen(word.end(), line);
            if (!isParted) {
                words.merge(plain(word.group()), 1, Integer::sum);
            }
        }
    }

    private static boolean isBeforeLastHyphen(int at, String line) {
        return at + 1 == line.length() && "-\u2010\u2011\u00ad".indexOf(line.charAt(at)) >= 0;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('\u2010', '-').replace('\u2011', '-');
    }

    private static String tail(CharSequence text) {
        return text.subSequence(Math.max(0, text.length() - 80), text.length()).toString();
    }

    /** Joins a text with its next line. */
    String joined(String text, String next) {
        var out = new StringBuilder(text);
        join(out, next);
        return out.append(next).toString();
    }

    /** Whether a sentence that ends one page goes on at the start of the next. */
    public static boolean goesOn(String last, String next) {
        int first = next.codePointAt(0);
        String tail = tail(last);
        if (Cjk.isLetter(first)) {
            return Cjk.isLetter(tail.codePointBefore(tail.length()));
        }
        boolean isWord = Character.isLetterOrDigit(first);
        return (Character.isLowerCase(first) && UNFINISHED.matcher(tail).matches())
                || (isWord && NEVER_LAST.matcher(tail).matches())
                || (isWord && BEFORE.matcher(tail).matches());
    }

    /**
     * Prepares a text for its next line: without the hyphen that parts a word, with the one that
     * belongs to it, with nothing between two characters of Chinese or Japanese, else with a line
     * break.
     *
     * @return whether the word goes on with the next line
     */
    public boolean join(StringBuilder text, String next) {
        if (text.isEmpty() || next.isEmpty()) {
            return false;
        }
        if (Cjk.isLetter(text.codePointBefore(text.length()))
                && Cjk.isLetter(next.codePointAt(0))) {
            return true;
        }
        Matcher before = BEFORE.matcher(tail(text));
        Matcher after = AFTER.matcher(next.substring(0, Math.min(next.length(), 80)));
        if (!before.matches() || !after.matches()) {
            text.append('\n');
            return false;
        }
        char hyphen = text.charAt(text.length() - 1);
        boolean isChain = CHAIN.matcher(next).lookingAt();
        switch (kind(before.group(1), hyphen, after.group(1), isChain)) {
            case PARTING -> text.setLength(text.length() - 1);
            case OWN -> {}
            case SHARED -> {
                text.append('\n');
                return false;
            }
        }
        return true;
    }

    private enum Kind {
        /** Parts a word at the end of the line. */
        PARTING,
        /** Belongs to the word. */
        OWN,
        /** Ends the word: its other part comes later, or it is a dash. */
        SHARED
    }

    private Kind kind(String left, char hyphen, String right, boolean isChain) {
        if (hyphen == '\u00ad') {
            return Kind.PARTING;
        }
        int first = right.codePointAt(0);
        String lastPart =
                left.substring(Math.max(left.lastIndexOf('-'), left.lastIndexOf('\u2010')) + 1);
        if (CONJUNCTIONS.contains(right) && !words.containsKey(plain(left + right))) {
            return Kind.SHARED;
        }
        if (!Character.isLowerCase(first)) {
            boolean isName =
                    Character.isUpperCase(lastPart.codePointAt(0))
                            || Character.isDigit(first)
                            || Character.isDigit(left.codePointBefore(left.length()));
            return isName || !Character.isUpperCase(first) ? Kind.OWN : Kind.SHARED;
        }
        int withHyphen = words.getOrDefault(plain(left + '-' + right), 0);
        int without = words.getOrDefault(plain(left + right), 0);
        if (withHyphen != without) {
            return withHyphen > without ? Kind.OWN : Kind.PARTING;
        }
        return isChain || isUsuallyOwn(left, lastPart, right) ? Kind.OWN : Kind.PARTING;
    }

    private static boolean isUsuallyOwn(String left, String lastPart, String right) {
        boolean isChain = lastPart.length() < left.length() && isUsualInChain(lastPart);
        long capitals = lastPart.codePoints().filter(Character::isUpperCase).count();
        String first = lastPart.toLowerCase(Locale.ROOT);
        return isChain
                || lastPart.length() == 1
                || lastPart.codePoints().anyMatch(Character::isDigit)
                || capitals >= 2
                || (FIRST_PARTS.contains(first) && !ENDING.matcher(right).matches())
                || (LAST_PARTS.contains(right) && !PREFIXES.contains(first));
    }

    /**
     * In {@code state-of-the-art} each part is a word; in {@code long-dis-tance} the last is not.
     */
    private static boolean isUsualInChain(String lastPart) {
        return lastPart.length() <= 3 || FIRST_PARTS.contains(lastPart);
    }
}

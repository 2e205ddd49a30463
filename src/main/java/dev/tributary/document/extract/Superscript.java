package dev.tributary.document.extract;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;

/**
 * Writes raised text so that it does not change the word before it: {@code 10^6}, but {@code 2019
 * 3} for the mark of a note.
 */
final class Superscript {
    private static final int BASE_LENGTH_MAX = 32;

    private static final Pattern NOTE_CLASS =
            Pattern.compile("(?i)note|reference|\\bref|cit(?:e|ation)|\\bfn");

    private static final Pattern NOTE =
            Pattern.compile(
                    "\\[.*]|\\(\\w{1,3}\\)|[*†‡§¶#]+|(?:\\d+|[a-z])(?:\\s*[,;]\\s*(?:\\d+|[a-z]))+"
                            + "|\\d+\\s*[–-]\\s*\\d+");

    private static final Pattern NUMBER = Pattern.compile("[+\\-−–]?\\d+(?:[./]\\d+)?");
    private static final Pattern SIGNED = Pattern.compile("[+\\-−–]\\d.*");
    private static final Pattern CHARGE = Pattern.compile("\\d{0,2}[+\\-−–]");

    private static final Pattern ORDINAL =
            Pattern.compile("(?i)st|nd|rd|th|er|re|[eè]re|e|[eè]me|o|os|ᵉ|º|ª|d");

    private static final Pattern ABBREVIATED = Pattern.compile("(?i)me|mes|lle|lles|le|r|rs|o|os");

    private static final Pattern FRACTION_BAR = Pattern.compile("\\s*[/⁄∕]\\s*");

    /** The number or the word that is raised. */
    private static final Pattern BASE = Pattern.compile("(?:[\\d.,]*\\d|\\p{L}+)$");

    private static final Pattern FORMULA_IN_BRACKETS =
            Pattern.compile("\\([^()\\s]*[+*/=−-][^()\\s]*\\)$");

    private Superscript() {}

    /** What to append for raised text behind what is written before it. */
    static String of(CharSequence before, Element sup, String raised) {
        String word = wordEnd(before);
        if (raised.isEmpty() || word.isEmpty()) {
            return raised;
        }
        if (isNote(sup, raised) || isNumerator(sup)) {
            return ' ' + raised;
        }
        Matcher found = BASE.matcher(word);
        if (!found.find()) {
            boolean isFormula = FORMULA_IN_BRACKETS.matcher(word).find();
            return isFormula ? '^' + grouped(raised) : ' ' + raised;
        }
        String base = found.group();
        return Character.isDigit(base.charAt(base.length() - 1))
                ? behindNumber(base, raised)
                : behindLetters(base, raised);
    }

    private static boolean isNote(Element sup, String raised) {
        Element parent = sup.parent();
        return sup.selectFirst("a") != null
                || NOTE_CLASS.matcher(sup.className() + ' ' + sup.id()).find()
                || (parent != null && parent.normalName().equals("a"))
                || (NOTE.matcher(raised).matches() && !NUMBER.matcher(raised).matches());
    }

    /** Whether it is the upper part of a fraction, as in 1½. */
    private static boolean isNumerator(Element sup) {
        return sup.nextSibling() instanceof TextNode bar
                && FRACTION_BAR.matcher(bar.getWholeText()).matches()
                && bar.nextSibling() instanceof Element below
                && HtmlElements.position(below).equals("sub");
    }

    private static String behindNumber(String number, String raised) {
        if (ORDINAL.matcher(raised).matches()) {
            return raised;
        }
        // Years, prices and counts have notes; few numbers of four digits are raised to a power.
        boolean isLong = number.chars().filter(Character::isDigit).count() > 3;
        return isLong && !SIGNED.matcher(raised).matches() ? ' ' + raised : '^' + grouped(raised);
    }

    private static String behindLetters(String letters, String raised) {
        int length = letters.length();
        boolean isJoined =
                CHARGE.matcher(raised).matches()
                        || (length <= 2 && ABBREVIATED.matcher(raised).matches());
        if (isJoined && length <= 3) {
            return raised;
        }
        int lengthMax = NUMBER.matcher(raised).matches() ? 3 : 1;
        return length <= lengthMax ? '^' + grouped(raised) : ' ' + raised;
    }

    /** What to append for lowered text: it joins a word, but not a number. */
    static String ofLowered(CharSequence before, String lowered) {
        boolean isBetweenDigits =
                !before.isEmpty()
                        && !lowered.isEmpty()
                        && Character.isDigit(before.charAt(before.length() - 1))
                        && Character.isDigit(lowered.charAt(0));
        return isBetweenDigits ? '_' + lowered : lowered;
    }

    /** In brackets, unless it is one number or name. */
    static String grouped(String expression) {
        boolean isOne =
                NUMBER.matcher(expression).matches()
                        || expression.codePoints().allMatch(Character::isLetterOrDigit);
        return isOne ? expression : '(' + expression + ')';
    }

    private static String wordEnd(CharSequence text) {
        int start = text.length();
        while (start > 0
                && text.length() - start < BASE_LENGTH_MAX
                && !Character.isWhitespace(text.charAt(start - 1))) {
            start--;
        }
        return text.subSequence(start, text.length()).toString();
    }
}

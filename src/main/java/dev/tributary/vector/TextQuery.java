package dev.tributary.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query that is parsed into words, phrases and exclusions.
 *
 * <p>{@code "exact words"}, in straight or curly quotes, is a phrase. Under {@link
 * QuerySyntax#WEB}, {@code -word} and {@code -"exact words"} exclude: a single minus at the start
 * or after white space, before a letter or a quote. {@code --amend}, {@code -5} and {@code
 * well-known} are text. Every other character is text.
 *
 * @param words everything that is not excluded, including phrases; its words are alternatives, and
 *     all of them score
 * @param unquoted the part of {@code words} that is in no phrase
 * @param phrases a hit of the text leg contains each of them, word by word; a phrase that no chunk
 *     contains is ignored
 * @param excluded words and phrases that no hit of either leg contains
 */
public record TextQuery(
        String words, String unquoted, List<String> phrases, List<String> excluded) {
    private static final String PHRASE = "\"(?<straight>[^\"]*)\"|“(?<curly>[^“”]*)”";
    private static final Pattern NATURAL = operators("(?!)");
    private static final Pattern WEB = operators("(?<!\\S)-");

    public TextQuery {
        TextRules.storable("words", words);
        phrases = List.copyOf(phrases);
        excluded = List.copyOf(excluded);
    }

    /**
     * Parses a query.
     *
     * @throws dev.tributary.failure.ServiceException {@code INVALID} if the text violates {@link
     *     TextRules}
     */
    public static TextQuery parse(String text, QuerySyntax syntax) {
        TextRules.storable("text", text);
        List<String> phrases = new ArrayList<>();
        List<String> excluded = new ArrayList<>();
        var words = new StringBuilder();
        var unquoted = new StringBuilder();
        int end = 0;
        Matcher operator = (syntax == QuerySyntax.WEB ? WEB : NATURAL).matcher(text);
        while (operator.find()) {
            String word = operator.group("word");
            String quoted =
                    operator.group("straight") == null
                            ? operator.group("curly")
                            : operator.group("straight");
            boolean isPhrase = word == null && operator.group("minus") == null;
            if (isPhrase) {
                phrases.add(quoted);
            } else {
                excluded.add(word == null ? quoted : word);
            }
            words.append(text, end, operator.start()).append(isPhrase ? " " + quoted : "");
            words.append(' ');
            unquoted.append(text, end, operator.start()).append(' ');
            end = operator.end();
        }
        return new TextQuery(
                words + text.substring(end),
                unquoted + text.substring(end),
                withoutBlanks(phrases),
                withoutBlanks(excluded));
    }

    private static Pattern operators(String minus) {
        return Pattern.compile(
                "(?<minus>%1$s)?(?:%2$s)|%1$s(?<word>\\p{L}\\S*)".formatted(minus, PHRASE));
    }

    /** Whether the query has a phrase. */
    public boolean hasPhrases() {
        return !phrases.isEmpty();
    }

    private static List<String> withoutBlanks(List<String> texts) {
        return texts.stream().filter(text -> !text.isBlank()).toList();
    }
}

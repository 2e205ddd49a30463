package dev.tributary.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed text query. It has two operators; everything else is text:
 *
 * <ul>
 *   <li>{@code "exact words"}, in straight or curly quotes: a phrase
 *   <li>{@code -word} or {@code -"exact words"}, with a single minus that is at the beginning or
 *       after white space, and before a letter or a quote: an exclusion. {@code --amend}, {@code
 *       -5} and {@code well-known} are text
 * </ul>
 *
 * @param words all text that is not excluded, including phrases; the words are alternatives, and
 *     each of them scores
 * @param unquoted the part of {@code words} that is not in a phrase
 * @param phrases every hit of the text leg has each of them, word by word; a phrase that no chunk
 *     has is ignored
 * @param excluded words and phrases that no hit of either leg has
 */
public record TextQuery(
        String words, String unquoted, List<String> phrases, List<String> excluded) {
    private static final Pattern OPERATOR =
            Pattern.compile(
                    """
                    (?<minus>(?<!\\S)-)?(?:"(?<straight>[^"]*)"|“(?<curly>[^“”]*)”)\
                    |(?<!\\S)-(?<word>\\p{L}\\S*)\
                    """);

    public TextQuery {
        TextRules.storable("words", words);
        phrases = List.copyOf(phrases);
        excluded = List.copyOf(excluded);
    }

    /**
     * Parses what a user typed.
     *
     * @throws dev.tributary.failure.ServiceException {@code INVALID} for text that violates {@link
     *     TextRules}
     */
    public static TextQuery parse(String text) {
        TextRules.storable("text", text);
        List<String> phrases = new ArrayList<>();
        List<String> excluded = new ArrayList<>();
        var words = new StringBuilder();
        var unquoted = new StringBuilder();
        int end = 0;
        Matcher operator = OPERATOR.matcher(text);
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

    /** Whether the query has a phrase. */
    public boolean hasPhrases() {
        return !phrases.isEmpty();
    }

    private static List<String> withoutBlanks(List<String> texts) {
        return texts.stream().filter(text -> !text.isBlank()).toList();
    }
}

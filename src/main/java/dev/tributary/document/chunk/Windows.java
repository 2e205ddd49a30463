package dev.tributary.document.chunk;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.Tokens;

/**
 * Finds the parts of a text that fit into a model's input. A part is tokenized alone, because a
 * word that is cut can have more tokens than it has in the whole text.
 */
final class Windows {
    /** A token can be a word of any length, so characters are limited too. */
    private static final int CHARACTERS_PER_TOKEN_MAX = 8;

    private static final int WIDENINGS_MAX = 3;

    /** Two texts together can have a few more tokens than each alone. */
    private static final int JOIN_TOKENS = 2;

    private final String text;
    private final EmbeddingModel model;
    private final Tokens tokens;
    private final int size;
    private final int budget;

    /** What each piece begins with, before its part of the text. */
    private final String prefix;

    /**
     * A range of the text, tokenized alone.
     *
     * @param from the start, including leading blanks
     * @param to the start of the rest of the text
     * @param start offset of the first character that is not blank
     * @param end offset after the last character that is not blank
     * @param tokens the tokens, without special tokens
     */
    record Cut(int from, int to, int start, int end, Tokens tokens) {}

    /**
     * Tokenizes the text.
     *
     * @param size most tokens of a piece, including special tokens
     */
    Windows(String text, EmbeddingModel model, int size) {
        this(text, model, model.tokenize(text), size, "", 0);
    }

    private Windows(
            String text,
            EmbeddingModel model,
            Tokens tokens,
            int size,
            String prefix,
            int prefixTokens) {
        this.text = text;
        this.model = model;
        this.tokens = tokens;
        this.size = size;
        this.prefix = prefix;
        this.budget = size - tokens.special() - prefixTokens;
    }

    /** Windows that leave room for a prefix; without one if it would take more than half. */
    Windows behind(String repeated) {
        int count = model.tokenize(repeated).count() + JOIN_TOKENS;
        return 2 * count > budget || 2 * repeated.length() > charactersMax()
                ? this
                : new Windows(text, model, tokens, size, repeated, count);
    }

    /** Windows of another size on the same text. */
    Windows ofSize(int other) {
        return new Windows(text, model, tokens, other, "", 0);
    }

    /** The end of the last token of a range; the start of the range if it has no tokens. */
    int end(int from, int to) {
        int last = indexAt(to) - 1;
        return last < 0 ? from : Math.clamp(tokens.end(last), from, to);
    }

    boolean fits(Cut cut) {
        return cut.tokens.count() <= budget && cut.end - cut.start <= charactersMax();
    }

    /** Estimates whether a range fits, from the tokens of the whole text. */
    boolean mayFit(int from, int to) {
        return count(from, to) <= budget && to - from <= charactersMax();
    }

    /** The number of tokens that start in a range. */
    int count(int from, int to) {
        return indexAt(to) - indexAt(from);
    }

    Piece piece(Cut cut) {
        String content = prefix + text.substring(cut.start, cut.end);
        int count = prefix.isEmpty() ? 0 : model.tokenize(content).count() + tokens.special();
        if (count > 0 && count <= size) {
            return new Piece(content, cut.start, cut.end, count, null);
        }
        return new Piece(
                text.substring(cut.start, cut.end),
                cut.start,
                cut.end,
                cut.tokens.count() + tokens.special(),
                null);
    }

    /** Tokenizes a range. */
    Cut measure(int from, int to) {
        int start = skipBlanks(from, to);
        int end = to;
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return new Cut(from, to, start, end, model.tokenize(text.substring(start, end)));
    }

    /** Returns the longest range that fits, at least one character and not beyond the limit. */
    Cut longest(int from, int limit) {
        int start = skipBlanks(from, limit);
        int wall = wall(start, limit);
        int to = offsetOf(indexAt(start) + budget, wall);
        Cut cut = measure(from, to > start ? to : wall);
        while (cut.tokens.count() > budget) {
            int shorter = start + offsetWithin(cut.tokens, budget);
            if (shorter <= start || shorter >= cut.to) {
                break;
            }
            cut = measure(from, shorter);
        }
        for (int i = 0; i < WIDENINGS_MAX && cut.tokens.count() < budget && cut.to < wall; i++) {
            int missing = budget - cut.tokens.count();
            Cut wider = measure(from, offsetOf(indexAt(cut.to) + missing, wall));
            if (wider.to <= cut.to || !fits(wider)) {
                break;
            }
            cut = wider;
        }
        return cut;
    }

    /**
     * The start of the next window, which overlaps the end of this one.
     *
     * @param overlap the overlap in tokens
     * @return an offset after the start of the cut, at most its end
     */
    int overlapStart(Cut cut, int overlap) {
        int next = indexAt(cut.to);
        boolean insideToken = next > 0 && tokens.end(next - 1) > cut.to;
        int index = next - overlap;
        if (insideToken || overlap == 0 || index <= indexAt(cut.from)) {
            return cut.to;
        }
        // The overlap must not fill the next window when a word is long.
        while (index < next && cut.to - tokens.start(index) > charactersMax() / 2) {
            index++;
        }
        return index == next ? cut.to : tokens.start(index);
    }

    private int charactersMax() {
        return size * CHARACTERS_PER_TOKEN_MAX - prefix.length();
    }

    /** The limit by characters; inside a token only if the token alone exceeds it. */
    private int wall(int start, int limit) {
        int wall = start + charactersMax();
        if (wall >= limit) {
            return limit;
        }
        int last = indexAt(wall) - 1;
        if (last >= 0 && tokens.end(last) > wall && tokens.start(last) > start) {
            return tokens.start(last);
        }
        return Character.isLowSurrogate(text.charAt(wall)) ? wall - 1 : wall;
    }

    /** The start of a token, or the wall if that comes first. */
    private int offsetOf(int index, int wall) {
        if (index >= tokens.count()) {
            return wall;
        }
        return Math.min(wall, offsetWithin(tokens, index));
    }

    /** The start of a token, or of the first of the tokens that share its character. */
    private static int offsetWithin(Tokens tokens, int index) {
        int i = index;
        while (i > 0 && tokens.start(i) < tokens.end(i - 1)) {
            i--;
        }
        return tokens.start(i);
    }

    /** The first token that starts at the offset or after it. */
    private int indexAt(int offset) {
        int low = 0;
        int high = tokens.count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tokens.start(middle) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int skipBlanks(int from, int to) {
        int i = from;
        while (i < to && isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}

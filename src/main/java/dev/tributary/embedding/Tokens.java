package dev.tributary.embedding;

import java.util.Arrays;

/**
 * Where the tokens of a text begin and end, as UTF-16 offsets into it. Immutable.
 *
 * <p>Tokens are in order: neither starts nor ends ever decrease. Characters that the model does not
 * see, such as blanks and control characters, lie between tokens. One character may become several
 * tokens (Hangul syllables do), which then have the same start and end.
 */
public final class Tokens {
    private final int[] starts;
    private final int[] ends;
    private final int special;

    private Tokens(int[] starts, int[] ends, int special) {
        this.starts = starts;
        this.ends = ends;
        this.special = special;
    }

    /**
     * Copies the offsets.
     *
     * @param starts the first UTF-16 unit of each token
     * @param ends one past the last UTF-16 unit of each token; as many as starts
     * @param special how many tokens the model adds to every text
     */
    public static Tokens of(int[] starts, int[] ends, int special) {
        if (starts.length != ends.length) {
            throw new IllegalArgumentException(
                    starts.length + " starts and " + ends.length + " ends");
        }
        return new Tokens(starts.clone(), ends.clone(), special);
    }

    /** The number of tokens, without special tokens. */
    public int count() {
        return starts.length;
    }

    /**
     * Returns the offset of the first character.
     *
     * @param i from 0 to {@link #count()}, exclusive
     */
    public int start(int i) {
        return starts[i];
    }

    /**
     * Returns the offset after the last character.
     *
     * @param i from 0 to {@link #count()}, exclusive
     */
    public int end(int i) {
        return ends[i];
    }

    /** How many special tokens the model adds to every text, such as {@code [CLS]}: 2 for BERT. */
    public int special() {
        return special;
    }

    /** Collects tokens, in the order of the text. Not thread-safe. */
    static final class Builder {
        private int[] starts = new int[64];
        private int[] ends = new int[64];
        private int count;

        /** Adds a token. An offset that would go backwards becomes that of the previous token. */
        void add(int start, int end) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
            }
            starts[count] = count == 0 ? start : Math.max(start, starts[count - 1]);
            ends[count] = count == 0 ? end : Math.max(end, ends[count - 1]);
            count++;
        }

        /** See {@link Tokens#of}. */
        Tokens build(int special) {
            return of(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count), special);
        }
    }
}

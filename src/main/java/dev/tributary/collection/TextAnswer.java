package dev.tributary.collection;

import dev.tributary.vector.TextSpec;

/**
 * How the words of a collection are ranked, by BM25.
 *
 * @param k1 how much repetition of a word counts, 0 (not at all) to 10
 * @param b how much a chunk's length counts against it, 0 (not at all) to 1
 * @param titleWeight how many times a word of the title counts
 * @param foldAccents true if words match whatever their accents
 */
record TextAnswer(double k1, double b, int titleWeight, boolean foldAccents) {
    static TextAnswer of(TextSpec text) {
        return new TextAnswer(text.k1(), text.b(), text.titleWeight(), text.foldAccents());
    }
}

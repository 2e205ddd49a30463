package dev.tributary.document;

/**
 * A part of a text that should stay whole. Units follow one another without a gap.
 *
 * @param start offset in UTF-16 units
 * @param end offset after the last character, blanks behind it included
 */
record Unit(int start, int end, Kind kind) {
    /** What a unit is. */
    enum Kind {
        /** Belongs to what follows it. */
        HEADING,
        SENTENCE,
        /** A table or a code block: cut between lines if it has to be cut. */
        BLOCK
    }
}

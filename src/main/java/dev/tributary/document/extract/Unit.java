package dev.tributary.document.extract;

/**
 * A part of a text that should not be split, such as a sentence. Consecutive units have no gap.
 *
 * @param start offset in UTF-16 units
 * @param end offset after the last character, including trailing blanks
 */
public record Unit(int start, int end, Kind kind) {
    /** The kind of a unit. */
    public enum Kind {
        /** A heading; it stays with the text that follows. */
        HEADING,
        /** A sentence, or a list item that contains none. */
        SENTENCE,
        /** A table or a code block; if it must be split, it is split between lines. */
        BLOCK
    }
}

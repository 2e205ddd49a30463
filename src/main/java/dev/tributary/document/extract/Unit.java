package dev.tributary.document.extract;

import org.jspecify.annotations.Nullable;

/**
 * A part of a text that should not be split, such as a sentence. Consecutive units have no gap.
 *
 * @param start offset in UTF-16 units
 * @param end offset after the last character, including trailing blanks
 * @param head the headers of the table that the unit is, or is a part of; null if there are none
 */
public record Unit(int start, int end, Kind kind, @Nullable Head head) {
    /** A unit that is no table. */
    public Unit(int start, int end, Kind kind) {
        this(start, end, kind, null);
    }

    /** The same unit, cut at these offsets. */
    Unit within(int from, int to) {
        return new Unit(Math.max(start, from), Math.min(end, to), kind, head);
    }

    /**
     * The rows of headers of a table, and its caption.
     *
     * @param start offset in UTF-16 units
     * @param end offset after the last of these rows
     */
    public record Head(int start, int end) {}

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

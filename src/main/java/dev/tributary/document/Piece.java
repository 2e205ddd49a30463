package dev.tributary.document;

import dev.tributary.vector.Parent;
import org.jspecify.annotations.Nullable;

/**
 * A part of a text that becomes a chunk; has no blanks at its ends.
 *
 * @param text the characters from start to end
 * @param start offset into the whole text, in UTF-16 units
 * @param end offset after the last character
 * @param tokens that the model makes of the piece alone, special ones included
 * @param parent the larger piece it is a part of, where pieces have parents
 */
record Piece(String text, int start, int end, int tokens, @Nullable Parent parent) {
    Piece within(Parent other) {
        return new Piece(text, start, end, tokens, other);
    }
}

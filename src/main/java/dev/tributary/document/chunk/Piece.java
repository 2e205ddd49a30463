package dev.tributary.document.chunk;

import dev.tributary.vector.Parent;
import org.jspecify.annotations.Nullable;

/**
 * A part of a text that becomes a chunk. It neither starts nor ends with blanks.
 *
 * @param text the characters from start to end, behind the headers of the table that start is in
 * @param start offset into the whole text, in UTF-16 units
 * @param end offset after the last character
 * @param tokens number of tokens of the piece tokenized alone, including special tokens
 * @param parent the larger piece that contains it; null if pieces have no parents
 */
public record Piece(String text, int start, int end, int tokens, @Nullable Parent parent) {
    Piece within(Parent other) {
        return new Piece(text, start, end, tokens, other);
    }
}

package dev.tributary.ingest;

/**
 * A part of a text that becomes a chunk; has no blanks at its ends.
 *
 * @param text the characters from start to end
 * @param start offset into the whole text, in UTF-16 units
 * @param end offset after the last character
 * @param tokens that the model makes of the piece alone, special ones included
 */
public record Piece(String text, int start, int end, int tokens) {}

package dev.tributary.document.layout;

import java.util.List;

/**
 * The glyphs of a page, by their direction.
 *
 * @param main those of the direction that most have, in the order in which they were drawn
 * @param others those of each other direction, such as a stamp in the margin
 * @param height of the page in the main direction, in points
 * @param notes that somebody attached to the page
 */
public record Page(List<Glyph> main, List<List<Glyph>> others, float height, List<String> notes) {}

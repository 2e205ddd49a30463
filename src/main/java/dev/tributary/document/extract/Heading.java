package dev.tributary.document.extract;

/**
 * A heading in a text.
 *
 * @param start offset of its unit, in UTF-16 units
 * @param level 1 to 6
 */
public record Heading(int start, int level, String title) {}

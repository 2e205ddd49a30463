package dev.tributary.document;

/**
 * A heading within a text.
 *
 * @param start offset of its unit
 * @param level 1 to 6
 */
record Heading(int start, int level, String title) {}

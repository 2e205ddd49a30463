package dev.tributary.document.layout;

import java.util.List;

/**
 * The text of a page, in reading order.
 *
 * @param main what may go on with the next page
 * @param aside stamps and notes
 */
public record PageText(List<Block> main, List<Block> aside) {}

package dev.tributary.vector;

/**
 * How many chunks the replacement of a document changed.
 *
 * @param deleted chunks that the new version no longer has
 */
public record ReplaceOutcome(int created, int updated, int unchanged, int deleted) {}

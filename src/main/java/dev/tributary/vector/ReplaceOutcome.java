package dev.tributary.vector;

/**
 * What a replaced document changed, in chunks.
 *
 * @param deleted chunks that the new version no longer has
 */
public record ReplaceOutcome(int created, int updated, int unchanged, int deleted) {}

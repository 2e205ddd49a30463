package dev.tributary.vector;

import org.jspecify.annotations.Nullable;

/**
 * The larger piece of a document that a chunk is a part of. The chunks of a parent follow each
 * other.
 *
 * @param index the {@code chunk_index} of its first chunk
 * @param content its text, with its first chunk alone; null with the others, and where contents
 *     were not asked for
 */
public record Parent(int index, @Nullable String content) {}

package dev.tributary.vector;

import org.jspecify.annotations.Nullable;

/**
 * The larger piece of a document that a chunk is a part of. The chunks of a parent are consecutive.
 *
 * @param index the {@code chunk_index} of its first chunk
 * @param content its text, present with its first chunk only; null with the other chunks, and if
 *     contents were not requested
 */
public record Parent(int index, @Nullable String content) {}

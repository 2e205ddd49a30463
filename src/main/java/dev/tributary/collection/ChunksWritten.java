package dev.tributary.collection;

import dev.tributary.vector.CollectionRef;

/** Event: rows of a collection were written that are not in its index yet. */
public record ChunksWritten(CollectionRef collection) {}

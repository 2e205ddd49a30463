package dev.tributary.collection;

import dev.tributary.vector.CollectionRef;

/** Event: rows of a collection were written, and its index is behind them. */
public record ChunksWritten(CollectionRef collection) {}

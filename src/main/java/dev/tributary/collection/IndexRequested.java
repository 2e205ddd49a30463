package dev.tributary.collection;

import dev.tributary.vector.CollectionRef;

/** Event: the index of a collection is to be replaced. */
public record IndexRequested(CollectionRef collection) {}

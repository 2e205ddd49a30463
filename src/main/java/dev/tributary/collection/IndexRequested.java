package dev.tributary.collection;

import dev.tributary.vector.CollectionRef;

/** Event: the index of a collection is to be replaced by another one. */
public record IndexRequested(CollectionRef collection) {}

package dev.tributary.vector;

/**
 * One copy of a collection in a {@link DerivedStore}. A collection is rebuilt by filling the next
 * copy, and then searching that one.
 *
 * @param number 1 or more, never used again
 */
public record Generation(CollectionRef collection, int number) {}

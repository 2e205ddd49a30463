package dev.tributary.vector;

/**
 * One copy of a collection in a {@link DerivedStore}. A collection is rebuilt by filling the next
 * copy, and then searching that one.
 *
 * @param number 1 or more, never used again
 * @param settings how the store keeps it
 */
public record Generation(CollectionRef collection, int number, DerivedSettings settings) {}

package dev.tributary.search;

/** What is returned instead of a chunk. */
enum Expand {
    /** The larger piece of its document that it is a part of, where it has one. */
    PARENT
}

package dev.tributary.search;

/** What is returned instead of a chunk. */
enum Expand {
    /** The larger piece of its document that the chunk is a part of, if there is one. */
    PARENT
}

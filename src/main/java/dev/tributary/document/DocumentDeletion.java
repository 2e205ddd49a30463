package dev.tributary.document;

/**
 * What deleting a document came to.
 *
 * @param deleted chunks
 */
record DocumentDeletion(long deleted) {}

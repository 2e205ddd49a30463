package dev.tributary.document;

/**
 * The result of deleting a document.
 *
 * @param deleted number of chunks deleted
 */
record DocumentDeletion(long deleted) {}

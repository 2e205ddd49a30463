package dev.tributary.ingest;

/**
 * What became of a document.
 *
 * @param chunks it has now
 * @param embedded chunks whose content was new
 * @param reused chunks whose content was stored before, and was not embedded again
 * @param deleted chunks of the version before that it no longer has
 */
record DocumentAnswer(int chunks, int embedded, int reused, int deleted) {}

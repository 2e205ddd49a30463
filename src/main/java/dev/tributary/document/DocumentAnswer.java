package dev.tributary.document;

import org.jspecify.annotations.Nullable;

/**
 * What became of a document.
 *
 * @param chunks it has now
 * @param embedded chunks whose content was new
 * @param reused chunks whose content was stored before, and was not embedded again
 * @param deleted chunks of the version before that it no longer has
 * @param indexed whether every row is in the index; absent unless it was waited for
 */
record DocumentAnswer(
        int chunks, int embedded, int reused, int deleted, @Nullable Boolean indexed) {
    static DocumentAnswer of(int chunks, int embedded, int deleted) {
        return new DocumentAnswer(chunks, embedded, chunks - embedded, deleted, null);
    }

    DocumentAnswer withIndexed(boolean isIndexed) {
        return new DocumentAnswer(chunks, embedded, reused, deleted, isIndexed);
    }
}

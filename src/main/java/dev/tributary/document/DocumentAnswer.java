package dev.tributary.document;

import org.jspecify.annotations.Nullable;

/**
 * The result of storing a document.
 *
 * @param chunks number of chunks that the document has now
 * @param embedded number of chunks with new content, which were embedded
 * @param reused number of chunks whose content was stored before and was not embedded again
 * @param deleted number of chunks of the previous version that no longer exist
 * @param indexed whether every row is in the index; absent without wait=indexed
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

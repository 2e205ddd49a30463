package dev.tributary.document;

import dev.tributary.vector.SourceSummary;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of documents.
 *
 * @param documents in order of source_type and source_id, by code points
 * @param nextCursor sent as cursor to get the next page; absent on the last page
 */
record DocumentList(List<Entry> documents, @Nullable String nextCursor) {
    /**
     * A document: all chunks of one source, put as a document or one by one.
     *
     * @param sourceType the kind of source
     * @param sourceId the source
     * @param title the title in the metadata of its first chunk
     * @param chunks how many chunks it has
     * @param contentHash changes with the content of any chunk: SHA-256 of the content hashes of
     *     its chunks, in order
     * @param createdAt when its oldest chunk was created
     * @param updatedAt when a chunk of it was last written
     */
    record Entry(
            String sourceType,
            String sourceId,
            @Nullable String title,
            long chunks,
            @Nullable String contentHash,
            Instant createdAt,
            Instant updatedAt) {
        static Entry of(SourceSummary source) {
            return new Entry(
                    source.key().sourceType(),
                    source.key().sourceId(),
                    source.title(),
                    source.chunks(),
                    source.contentHash(),
                    source.createdAt(),
                    source.updatedAt());
        }
    }

    /**
     * A page.
     *
     * @param limit of the page: one that is full may be followed by another one
     */
    static DocumentList of(List<SourceSummary> sources, int limit) {
        return new DocumentList(
                sources.stream().map(Entry::of).toList(),
                sources.size() < limit ? null : DocumentCursor.of(sources.getLast().key()));
    }
}

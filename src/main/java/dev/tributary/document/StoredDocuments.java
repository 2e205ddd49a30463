package dev.tributary.document;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.failure.Bounds;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.Job;
import dev.tributary.job.JobAnswer;
import dev.tributary.security.Caller;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Page;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SourceQuery;
import dev.tributary.vector.SourceSummary;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.TextRules;
import dev.tributary.vector.VectorStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lists and describes what is stored, by source: what was put as a document, and what was put as
 * chunks. Safe for use by many threads.
 */
@Component
class StoredDocuments {
    private static final int LIMIT_MAX = VectorStore.BATCH_MAX;

    /** Most ids of chunks that a description has. */
    static final int CHUNK_IDS_MAX = 1_000;

    private final Catalogue catalogue;
    private final RecordStore store;
    private final DocumentWrites writes;

    StoredDocuments(Catalogue catalogue, RecordStore store, DocumentWrites writes) {
        this.catalogue = catalogue;
        this.store = store;
        this.writes = writes;
    }

    /**
     * Which documents are listed.
     *
     * @param prefix what their source_id begins with; null for all
     * @param cursor from the previous page; null for the first one
     */
    record Wanted(
            @Nullable String sourceType,
            @Nullable String prefix,
            @Nullable String cursor,
            int limit) {
        private SourceQuery toQuery() {
            Bounds.require("limit", limit, 1, LIMIT_MAX);
            if (sourceType != null) {
                TextRules.within("source_type", sourceType, ChunkKey.SOURCE_TYPE_LENGTH_MAX);
            }
            if (prefix != null && !prefix.isEmpty()) {
                TextRules.within("prefix", prefix, ChunkKey.SOURCE_ID_LENGTH_MAX);
            }
            return new SourceQuery(
                    sourceType, prefix == null ? "" : prefix, DocumentCursor.parse(cursor), limit);
        }
    }

    /**
     * Returns a page, in order of source type and source id.
     *
     * @throws ServiceException {@code MISSING} for the collection; {@code INVALID}
     */
    DocumentList list(Caller caller, String name, Wanted wanted) {
        SourceQuery query = wanted.toQuery();
        Rows rows = catalogue.resolve(caller, name).rows(caller);
        return DocumentList.of(store.sources(rows, query), query.limit());
    }

    /**
     * Describes one document, and the job that stores a new version of it, if there is one.
     *
     * @throws ServiceException {@code MISSING} for the collection; or for the document if it has
     *     neither a chunk nor a job
     */
    DocumentDescription describe(Caller caller, String name, ChunkKey source) {
        Collection collection = catalogue.resolve(caller, name);
        Rows rows = collection.rows(caller);
        Job job = writes.unfinishedJob(caller, collection, source);
        var query = new SourceQuery(source.sourceType(), source.sourceId(), null, 1);
        SourceSummary found =
                store.sources(rows, query).stream()
                        .filter(summary -> summary.key().equals(source))
                        .findFirst()
                        .orElse(null);
        if (found == null && job == null) {
            throw ServiceException.missing("document", '"' + source.sourceId() + '"')
                    .withHint(
                            "GET /collections/%s/documents lists the documents; source_type is \"%s\""
                                    .formatted(name, source.sourceType()));
        }
        return DocumentDescription.of(
                source,
                found,
                found == null ? List.of() : chunkIds(rows, source),
                job == null ? null : JobAnswer.of(job));
    }

    /** In order of position; a source has no more chunks than a document may have, or a put. */
    private List<UUID> chunkIds(Rows rows, ChunkKey source) {
        Filter ofSource = Filter.source(source.sourceType(), source.sourceId());
        List<StoredChunk> chunks = new ArrayList<>();
        UUID after = null;
        do {
            Page page = store.scroll(rows, ofSource, after, VectorStore.BATCH_MAX, Set.of());
            chunks.addAll(page.chunks());
            after = page.next();
        } while (after != null);
        return chunks.stream()
                .sorted(Comparator.comparingInt(chunk -> chunk.key().chunkIndex()))
                .limit(CHUNK_IDS_MAX)
                .map(StoredChunk::id)
                .toList();
    }
}

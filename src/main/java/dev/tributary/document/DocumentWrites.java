package dev.tributary.document;

import dev.tributary.collection.Collection;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.Job;
import dev.tributary.job.JobRequest;
import dev.tributary.job.Jobs;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.VectorStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Puts documents at once or hands them to jobs, and deletes them. What is put or deleted at once
 * ends the jobs that were to put an older version: they are cancelled in the same transaction, and
 * a job that is cancelled commits nothing. Safe for use by many threads.
 */
@Component
class DocumentWrites {
    private final Documents documents;
    private final VectorStore store;
    private final Jobs jobs;
    private final Transactions transactions;

    DocumentWrites(Documents documents, VectorStore store, Jobs jobs, Transactions transactions) {
        this.documents = documents;
        this.store = store;
        this.jobs = jobs;
        this.transactions = transactions;
    }

    /** The course of a put that is answered once it is done. */
    private final class AtOnce implements Documents.Course {
        private final Collection collection;
        private final List<UUID> older;

        AtOnce(Collection collection, ChunkKey source) {
            this.collection = collection;
            older = unfinished(collection, source);
        }

        @Override
        public Map<String, Embedding> split(EmbeddingModel model, int pieces) {
            return Map.of();
        }

        @Override
        public void embedded(Map<String, Embedding> batch, int done) {
            // Nobody is told before the end.
        }

        @Override
        public ReplaceOutcome store(Supplier<ReplaceOutcome> replacement) {
            return replaceOlder(collection, older, replacement);
        }
    }

    /** Puts a document; see {@link Documents#put}. */
    DocumentAnswer put(Collection collection, GivenDocument given) {
        return documents.put(collection, given, new AtOnce(collection, given.source()));
    }

    /**
     * Lets a job put a document. It replaces one that waits to put an older version, and waits for
     * one that does so.
     *
     * @param name that the collection was found by
     * @throws ServiceException as {@link Documents#check}; {@code UNSUPPORTED} for a file of
     *     another kind than it was said to be; what {@link Jobs#submit} throws
     */
    Job submit(Collection collection, String name, GivenDocument given) {
        documents.check(collection, given);
        return jobs.submit(
                JobRequest.of(collection.namespace(), DocumentWork.KIND)
                        .withCollection(collection.ref().id(), name)
                        .withKey(key(collection, given.source()))
                        .withJson(DocumentPayload.of(name, given))
                        .withBytes(DocumentPayload.bytes(given.content())));
    }

    /** Deletes the chunks of a source, and returns how many there were. */
    int delete(Collection collection, ChunkKey source) {
        return replaceOlder(
                        collection,
                        unfinished(collection, source),
                        // Unlike a deletion, it waits for others who replace the source.
                        () ->
                                store.replaceSource(
                                        collection.ref(),
                                        source.sourceType(),
                                        source.sourceId(),
                                        List.of()))
                .deleted();
    }

    private List<UUID> unfinished(Collection collection, ChunkKey source) {
        return jobs.unfinished(collection.namespace(), DocumentWork.KIND, key(collection, source));
    }

    /**
     * The source before the jobs, as a job has it: both take the lock of the source, and then that
     * of the job.
     */
    private ReplaceOutcome replaceOlder(
            Collection collection, List<UUID> older, Supplier<ReplaceOutcome> replacement) {
        return transactions.write(
                "replacement of a document",
                _ -> {
                    ReplaceOutcome outcome = replacement.get();
                    if (!older.isEmpty()) {
                        jobs.cancelAll(collection.namespace(), DocumentWork.KIND, older);
                    }
                    return outcome;
                });
    }

    /** No text of a source has the character between. */
    private static String key(Collection collection, ChunkKey source) {
        return collection.ref().id() + "\0" + source.sourceType() + "\0" + source.sourceId();
    }
}

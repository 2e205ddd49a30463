package dev.tributary.document;

import dev.tributary.collection.Collection;
import dev.tributary.collection.CollectionWrites;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.Job;
import dev.tributary.job.JobRequest;
import dev.tributary.job.Jobs;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.ReplaceOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Puts documents at once or hands them to jobs, and deletes them. What is put or deleted at once
 * ends the jobs that were to put an older version: they are cancelled in the same transaction, and
 * a job that is cancelled commits nothing. Safe for use by many threads.
 *
 * <p>Jobs are told apart by the name that a document was put by, as a collection that is replaced
 * leaves its names to another one. Older versions are looked for under every name that leads to the
 * collection.
 */
@Component
class DocumentWrites {
    private final CollectionWrites collections;
    private final Documents documents;
    private final RecordStore store;
    private final Jobs jobs;
    private final Transactions transactions;

    DocumentWrites(
            CollectionWrites collections,
            Documents documents,
            RecordStore store,
            Jobs jobs,
            Transactions transactions) {
        this.collections = collections;
        this.documents = documents;
        this.store = store;
        this.jobs = jobs;
        this.transactions = transactions;
    }

    /** The course of a put that is answered once it is done. */
    private final class AtOnce implements Documents.Course {
        private final Caller caller;
        private final List<UUID> older;

        AtOnce(Caller caller, Collection collection, ChunkKey source) {
            this.caller = caller;
            older = unfinished(caller, collections.names(collection), source);
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
            return replaceOlder(caller, older, replacement);
        }
    }

    /**
     * Puts a document; see {@link Documents#put}.
     *
     * @param name of the collection, or of an alias
     */
    DocumentAnswer put(Caller caller, String name, GivenDocument given) {
        return collections.write(
                caller,
                name,
                collection ->
                        documents.put(
                                caller,
                                collection,
                                given,
                                new AtOnce(caller, collection, given.source())));
    }

    /**
     * Lets a job put a document. It replaces one that waits to put an older version by the same
     * name, and waits for one that does so; those by other names are cancelled.
     *
     * @param name of the collection, or of an alias
     * @throws ServiceException {@code MISSING} for the collection; as {@link Documents#check};
     *     {@code UNSUPPORTED} for a file of another kind than it was said to be; what {@link
     *     Jobs#submit} throws
     */
    Job submit(Caller caller, String name, GivenDocument given) {
        return collections.write(
                caller,
                name,
                collection -> {
                    documents.check(collection, given);
                    JobRequest request =
                            JobRequest.of(caller, DocumentWork.KIND)
                                    .withCollection(collection.ref().id(), name)
                                    .withKey(key(name, given.source()))
                                    .withJson(DocumentPayload.of(name, given))
                                    .withBytes(DocumentPayload.bytes(given.content()));
                    List<String> others = new ArrayList<>(collections.names(collection));
                    others.remove(name);
                    List<UUID> older = unfinished(caller, others, given.source());
                    return transactions.write(
                            "submission of a document",
                            _ -> {
                                cancel(caller, older);
                                return jobs.submit(request);
                            });
                });
    }

    /**
     * Deletes the chunks of a source, and returns how many there were.
     *
     * @param name of the collection, or of an alias
     */
    int delete(Caller caller, String name, ChunkKey source) {
        return collections
                .write(caller, name, collection -> delete(caller, collection, source))
                .deleted();
    }

    /** Unlike a deletion of chunks, it waits for others who replace the source. */
    private ReplaceOutcome delete(Caller caller, Collection collection, ChunkKey source) {
        return new AtOnce(caller, collection, source)
                .store(() ->
                        store.replaceSource(
                                collection.rows(caller),
                                source.sourceType(),
                                source.sourceId(),
                                List.of()));
    }

    private List<UUID> unfinished(Caller caller, List<String> names, ChunkKey source) {
        return jobs.unfinished(
                caller, DocumentWork.KIND, names.stream().map(name -> key(name, source)).toList());
    }

    /**
     * The source before the jobs, as a job has it: both take the lock of the source, and then that
     * of the job.
     */
    private ReplaceOutcome replaceOlder(
            Caller caller, List<UUID> older, Supplier<ReplaceOutcome> replacement) {
        return transactions.write(
                "replacement of a document",
                _ -> {
                    ReplaceOutcome outcome = replacement.get();
                    cancel(caller, older);
                    return outcome;
                });
    }

    private void cancel(Caller caller, List<UUID> older) {
        if (!older.isEmpty()) {
            jobs.cancelAll(caller, DocumentWork.KIND, older);
        }
    }

    /** No text of a source has the character between. */
    private static String key(String name, ChunkKey source) {
        return name + "\0" + source.sourceType() + "\0" + source.sourceId();
    }
}

package dev.tributary.document;

import dev.tributary.collection.Collection;
import dev.tributary.collection.CollectionWrites;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.Job;
import dev.tributary.job.JobRequest;
import dev.tributary.job.Jobs;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.ReplaceOutcome;
import dev.tributary.vector.Rows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stores documents at once or submits them to jobs, and deletes them. A document that is stored or
 * deleted at once cancels the jobs that have older versions of it, in the same transaction. A
 * cancelled job commits nothing. Safe for use by many threads.
 *
 * <p>The key of a job contains the name that the document was put by, not the collection, because a
 * re-embedding gives the name to another collection. So older versions are searched under every
 * name of the collection.
 */
@Component
class DocumentWrites {
    private final CollectionWrites collections;
    private final Documents documents;
    private final Jobs jobs;
    private final Transactions transactions;

    DocumentWrites(
            CollectionWrites collections,
            Documents documents,
            Jobs jobs,
            Transactions transactions) {
        this.collections = collections;
        this.documents = documents;
        this.jobs = jobs;
        this.transactions = transactions;
    }

    /**
     * Stores a document in place of the previous one of the same source, all or nothing. Safe to
     * repeat. Takes as long as the model takes to embed what is new.
     *
     * @param name name of the collection, or of an alias
     * @throws ServiceException {@code MISSING} for the collection; as {@link Documents#split}; what
     *     the model throws; {@code UNAVAILABLE}; {@code OUTCOME_UNKNOWN}
     */
    DocumentAnswer put(Caller caller, String name, SourceDocument source) {
        return collections.write(caller, name, collection -> put(caller, collection, source));
    }

    private DocumentAnswer put(Caller caller, Collection collection, SourceDocument source) {
        // Read this first: a job that is submitted after this has a newer version.
        List<UUID> older = unfinished(caller, collections.names(collection), source.key());
        SplitDocument document = documents.split(caller, collection, source);
        EmbeddingPlan plan = documents.plan(document, Map.of());
        while (!plan.isComplete()) {
            plan.embedBatch();
        }
        List<Chunk> chunks = Documents.chunks(document, plan);
        ReplaceOutcome outcome = replace(caller, older, document.rows(), source.key(), chunks);
        return DocumentAnswer.of(chunks.size(), plan.toEmbed(), outcome.deleted());
    }

    /**
     * Submits a job that stores a document. The job replaces a queued job with an older version
     * under the same name, and runs after one that is running. Jobs under other names are
     * cancelled.
     *
     * @param name name of the collection, or of an alias
     * @throws ServiceException {@code MISSING} for the collection; as {@link Documents#check};
     *     {@code UNSUPPORTED} if a file does not match its declared type; what {@link Jobs#submit}
     *     throws
     */
    Job submit(Caller caller, String name, SourceDocument source) {
        return collections.write(
                caller,
                name,
                collection -> {
                    documents.check(collection, source);
                    JobRequest request =
                            JobRequest.of(caller, DocumentWork.KIND)
                                    .withCollection(collection.ref().id(), name)
                                    .withKey(key(name, source.key()))
                                    .withJson(DocumentPayload.of(name, source))
                                    .withBytes(DocumentPayload.bytes(source.content()));
                    List<String> others = new ArrayList<>(collections.names(collection));
                    others.remove(name);
                    List<UUID> older = unfinished(caller, others, source.key());
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
     * @param name name of the collection, or of an alias
     */
    int delete(Caller caller, String name, ChunkKey source) {
        return collections
                .write(caller, name, collection -> delete(caller, collection, source))
                .deleted();
    }

    /** Unlike a deletion of chunks, waits for others that replace the source. */
    private ReplaceOutcome delete(Caller caller, Collection collection, ChunkKey source) {
        List<UUID> older = unfinished(caller, collections.names(collection), source);
        return replace(caller, older, collection.rows(caller), source, List.of());
    }

    /**
     * The job with the newest version of a document that is not finished; null if there is none.
     */
    @Nullable Job unfinishedJob(Caller caller, Collection collection, ChunkKey source) {
        return unfinished(caller, collections.names(collection), source).stream()
                .flatMap(id -> jobs.find(caller, id).stream())
                .max(Comparator.comparing(Job::createdAt).thenComparing(Job::id))
                .orElse(null);
    }

    private List<UUID> unfinished(Caller caller, List<String> names, ChunkKey source) {
        return jobs.unfinished(
                caller, DocumentWork.KIND, names.stream().map(name -> key(name, source)).toList());
    }

    /**
     * Replaces the chunks of a source and cancels the jobs that have older versions of it, in one
     * transaction. Locks the source first and the jobs second, in the same order as a job does.
     */
    private ReplaceOutcome replace(
            Caller caller, List<UUID> older, Rows rows, ChunkKey source, List<Chunk> chunks) {
        return transactions.write(
                "replacement of a document",
                _ -> {
                    ReplaceOutcome outcome = documents.replace(rows, source, chunks);
                    cancel(caller, older);
                    return outcome;
                });
    }

    private void cancel(Caller caller, List<UUID> older) {
        if (!older.isEmpty()) {
            jobs.cancelAll(caller, DocumentWork.KIND, older);
        }
    }

    /** Source types and ids cannot contain the separator, U+0000. */
    private static String key(String name, ChunkKey source) {
        return name + "\0" + source.sourceType() + "\0" + source.sourceId();
    }
}

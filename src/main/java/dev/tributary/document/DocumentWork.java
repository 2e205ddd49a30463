package dev.tributary.document;

import dev.tributary.collection.Collection;
import dev.tributary.collection.CollectionWrites;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobWork;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.ReplaceOutcome;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Stores documents in jobs. */
@Component
class DocumentWork implements JobWork {
    static final String KIND = "document";

    private final CollectionWrites collections;
    private final Documents documents;
    private final DocumentEmbeddings embeddings;
    private final Transactions transactions;

    DocumentWork(
            CollectionWrites collections,
            Documents documents,
            DocumentEmbeddings embeddings,
            Transactions transactions) {
        this.collections = collections;
        this.documents = documents;
        this.embeddings = embeddings;
        this.transactions = transactions;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobRun run) {
        DocumentPayload payload = run.payload(DocumentPayload.class);
        // Shared by all attempts of the write, so that pieces are counted once.
        var progress = new DocumentProgress(run, embeddings, transactions);
        try {
            collections.write(
                    run.caller(),
                    payload.collection(),
                    collection -> {
                        requireSame(run, collection, payload);
                        return put(
                                run.caller(),
                                collection,
                                payload.document(run.payload()),
                                progress);
                    });
        } catch (ServiceException e) {
            // The message of the store does not contain the name of the collection.
            throw e.kind() == ServiceException.Kind.MISSING ? missing(payload) : e;
        }
    }

    private ReplaceOutcome put(
            Caller caller,
            Collection collection,
            SourceDocument source,
            DocumentProgress progress) {
        SplitDocument document = documents.split(caller, collection, source);
        Map<String, Embedding> kept = progress.begin(document);
        EmbeddingPlan plan = documents.plan(document, kept);
        progress.keep(Map.of(), plan.done());
        while (!plan.isComplete()) {
            Map<String, Embedding> batch = plan.embedBatch();
            progress.keep(batch, plan.done());
        }
        List<Chunk> chunks = Documents.chunks(document, plan);
        return transactions.write(
                "replacement of a document",
                _ -> {
                    ReplaceOutcome outcome =
                            documents.replace(document.rows(), source.key(), chunks);
                    // The source is locked before the job, as in DocumentWrites.
                    progress.lockActive();
                    return outcome;
                });
    }

    /**
     * Requires the collection that the document was put into, or the one that replaced it by
     * re-embedding. Another one may have newer versions of the document that this job cannot know.
     */
    private void requireSame(JobRun run, Collection found, DocumentPayload payload) {
        Long id = run.collectionId();
        if (id == null || !collections.standsFor(found, id)) {
            throw ServiceException.conflict(
                            "collection_switched",
                            payload.collection()
                                    + " is no longer the collection that the document was put into")
                    .withHint("put the document again");
        }
    }

    private static ServiceException missing(DocumentPayload payload) {
        return ServiceException.missing("collection", payload.collection());
    }
}

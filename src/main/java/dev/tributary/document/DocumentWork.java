package dev.tributary.document;

import dev.tributary.collection.Collection;
import dev.tributary.collection.CollectionWrites;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobWork;
import dev.tributary.sql.Transactions;
import org.springframework.stereotype.Component;

/** Stores the documents that were handed to jobs. */
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
        var course = new DocumentRun(run, embeddings, transactions);
        try {
            collections.write(
                    run.caller(),
                    payload.collection(),
                    collection -> {
                        requireSame(run, collection, payload);
                        return documents.put(
                                run.caller(), collection, payload.given(run.payload()), course);
                    });
        } catch (ServiceException e) {
            // The store's own message does not know the collection's name.
            throw e.kind() == ServiceException.Kind.MISSING ? missing(payload) : e;
        }
    }

    /**
     * The collection that the document was put into, or the one that it was re-embedded to. Another
     * one may have newer versions that no job knows of, or be made anew after it was deleted.
     */
    private void requireSame(JobRun run, Collection found, DocumentPayload payload) {
        Long id = run.collectionId();
        if (id == null || !collections.standsFor(found, id)) {
            throw ServiceException.conflict(
                            "collection_switched",
                            payload.collection()
                                    + " is another collection than when the document was put")
                    .withHint("put the document again");
        }
    }

    private static ServiceException missing(DocumentPayload payload) {
        return ServiceException.missing("collection", payload.collection());
    }
}

package dev.tributary.document;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.collection.Indexing;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobWork;
import dev.tributary.sql.Transactions;
import org.springframework.stereotype.Component;

/** Stores the documents that were handed to jobs. */
@Component
class DocumentWork implements JobWork {
    static final String KIND = "document";

    private final Catalogue catalogue;
    private final Documents documents;
    private final DocumentEmbeddings embeddings;
    private final Transactions transactions;
    private final Indexing indexing;

    DocumentWork(
            Catalogue catalogue,
            Documents documents,
            DocumentEmbeddings embeddings,
            Transactions transactions,
            Indexing indexing) {
        this.catalogue = catalogue;
        this.documents = documents;
        this.embeddings = embeddings;
        this.transactions = transactions;
        this.indexing = indexing;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobRun run) {
        DocumentPayload payload = run.payload(DocumentPayload.class);
        Collection target = target(run, payload);
        var course = new DocumentRun(run, embeddings, transactions, () -> target(run, payload));
        try {
            documents.put(target, payload.given(run.payload()), course);
        } catch (ServiceException e) {
            // The store's own message does not know the collection's name.
            throw e.kind() == ServiceException.Kind.MISSING ? missing(payload) : e;
        }
        indexing.written(target.ref());
    }

    /** The collection, if it is still the one that the document was put into. */
    private Collection target(JobRun run, DocumentPayload payload) {
        Collection found = catalogue.resolve(run.namespace(), payload.collection());
        Long id = run.collectionId();
        if (id == null || found.ref().id() != id) {
            throw ServiceException.conflict(
                            "collection_switched",
                            payload.collection()
                                    + " is another collection than when the document was put")
                    .withHint("put the document again");
        }
        return found;
    }

    private static ServiceException missing(DocumentPayload payload) {
        return ServiceException.missing("collection", payload.collection());
    }
}

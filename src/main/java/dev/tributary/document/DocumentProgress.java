package dev.tributary.document;

import dev.tributary.job.JobRun;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.Embedding;
import java.util.Map;

/**
 * The progress of a job that stores a document. Each batch of embeddings is written in one
 * transaction with the number of pieces that are done. For one attempt at the job and one thread.
 */
final class DocumentProgress {
    private final JobRun run;
    private final DocumentEmbeddings embeddings;
    private final Transactions transactions;
    private String model = "";
    private long processed;

    /**
     * The checkpoint of the job.
     *
     * @param processed pieces that were counted as processed
     */
    record Checkpoint(long processed) {}

    /** Starts at the checkpoint of the run. */
    DocumentProgress(JobRun run, DocumentEmbeddings embeddings, Transactions transactions) {
        this.run = run;
        this.embeddings = embeddings;
        this.transactions = transactions;
        Checkpoint checkpoint = run.checkpoint(Checkpoint.class);
        processed = checkpoint == null ? 0 : checkpoint.processed();
    }

    /**
     * Records the number of pieces.
     *
     * @return the embeddings that earlier attempts made with the same model, by the hash of their
     *     text
     */
    Map<String, Embedding> begin(SplitDocument document) {
        model = document.model().identity();
        run.total(document.pieces().size());
        return transactions.read(
                "read of a document's embeddings", _ -> embeddings.find(run.id(), model));
    }

    /**
     * Keeps a batch of embeddings, together with the progress of the job.
     *
     * @param batch embeddings by the hash of their text; may be empty
     * @param done number of pieces that have an embedding now
     */
    void keep(Map<String, Embedding> batch, int done) {
        // It may be less than an earlier attempt counted, for example after a change of the model.
        long reached = Math.max(processed, done);
        long more = reached - processed;
        transactions.write(
                "embeddings of a document",
                _ -> {
                    embeddings.add(run.id(), model, batch);
                    run.advance(more, new Checkpoint(reached));
                    return true;
                });
        processed = reached;
    }

    /**
     * Locks the job until the end of the transaction that is running in this thread. Fails if the
     * job was cancelled; a newer version of the document cancels it.
     */
    void lockActive() {
        run.advance(0, new Checkpoint(processed));
    }
}

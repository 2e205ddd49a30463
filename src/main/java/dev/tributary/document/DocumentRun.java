package dev.tributary.document;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.job.JobRun;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.ReplaceOutcome;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The course of a put that a job makes: each batch of embeddings is kept together with the job's
 * progress, and the chunks are replaced only while the job may still do so. For one thread.
 */
final class DocumentRun implements Documents.Course {
    private final JobRun run;
    private final DocumentEmbeddings embeddings;
    private final Transactions transactions;
    private String model = "";
    private long processed;

    /**
     * Where a job stands.
     *
     * @param processed pieces that were counted as processed
     */
    record Place(long processed) {}

    /** Goes on from where the run's checkpoint is. */
    DocumentRun(JobRun run, DocumentEmbeddings embeddings, Transactions transactions) {
        this.run = run;
        this.embeddings = embeddings;
        this.transactions = transactions;
        Place place = run.checkpoint(Place.class);
        processed = place == null ? 0 : place.processed();
    }

    @Override
    public Map<String, Embedding> split(EmbeddingModel with, int pieces) {
        model = with.identity();
        run.total(pieces);
        return transactions.read(
                "read of a document's embeddings", _ -> embeddings.find(run.id(), model));
    }

    @Override
    public void embedded(Map<String, Embedding> batch, int done) {
        // What an earlier attempt has counted may be done anew: with another model, for example.
        long reached = Math.max(processed, done);
        long more = reached - processed;
        transactions.write(
                "embeddings of a document",
                _ -> {
                    embeddings.add(run.id(), model, batch);
                    run.advance(more, new Place(reached));
                    return true;
                });
        processed = reached;
    }

    @Override
    public ReplaceOutcome store(Supplier<ReplaceOutcome> replacement) {
        return transactions.write(
                "replacement of a document",
                _ -> {
                    ReplaceOutcome outcome = replacement.get();
                    // Fails if the job was cancelled, as a newer version of the document does.
                    run.advance(0, new Place(processed));
                    return outcome;
                });
    }
}

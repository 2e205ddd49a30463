package dev.tributary.reembed;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.collection.Replacements;
import dev.tributary.collection.Replacements.ReplacementRequest;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.Job;
import dev.tributary.job.JobRequest;
import dev.tributary.job.Jobs;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import org.springframework.stereotype.Component;

/** Starts re-embeddings. Safe for use by many threads. */
@Component
class Reembeddings {
    private final Catalogue catalogue;
    private final Replacements replacements;
    private final EmbeddingModels models;
    private final Jobs jobs;
    private final ReembedRows rows;
    private final Transactions transactions;

    Reembeddings(
            Catalogue catalogue,
            Replacements replacements,
            EmbeddingModels models,
            Jobs jobs,
            ReembedRows rows,
            Transactions transactions) {
        this.catalogue = catalogue;
        this.replacements = replacements;
        this.models = models;
        this.jobs = jobs;
        this.rows = rows;
        this.transactions = transactions;
    }

    /**
     * Creates the new collection and queues the job that fills it, both or neither.
     *
     * @param name name of the collection, or of an alias
     * @throws ServiceException {@code MISSING} for the collection; {@code CONFLICT} if it already
     *     uses the model, or is the source or target of a running re-embedding; {@code IMPOSSIBLE}
     *     for the model, or if chunks have no content; {@code UNAVAILABLE} if the model is
     *     unavailable
     */
    Job start(Caller caller, String name, ReembedRequest request) {
        ReplacementRequest replacement = request.toReplacement();
        Collection source = catalogue.resolve(caller, name);
        requireModel(source, replacement);
        requireIdle(source);
        if (!request.isSkipping()) {
            requireContent(source);
        }
        return replacements.together(
                "re-embedding of collection " + name,
                () -> {
                    Collection target = replacements.create(source, name, replacement);
                    // Check again, now that nobody else can create collections in the namespace.
                    requireIdle(source);
                    Job job =
                            jobs.submit(
                                    JobRequest.of(caller, ReembedWork.KIND)
                                            .withCollection(source.ref().id(), name)
                                            .withJson(new ReembedWork.Plan(name)));
                    rows.insert(
                            new Reembedding(
                                    job.id(),
                                    caller.namespace(),
                                    source.ref().id(),
                                    target.ref().id(),
                                    request.isKept(),
                                    false));
                    return job;
                });
    }

    /** Runs before the lock is taken, as a server may have to be asked for the dimension. */
    private void requireModel(Collection source, ReplacementRequest replacement) {
        EmbeddingModel model = models.get(replacement.model());
        if (model.name().equals(source.model())) {
            throw ServiceException.conflict(
                            "same_model",
                            "collection %s has the model %s already"
                                    .formatted(source.name(), model.name()))
                    .withHint("GET /models lists the others");
        }
        if (replacement.dimension() == null) {
            model.dimension();
        }
    }

    private void requireIdle(Collection source) {
        transactions
                .read("look-up of re-embeddings", _ -> rows.of(source.ref().id()))
                .ifPresent(running -> {
                    throw ServiceException.conflict(
                                    "reembed_running",
                                    "job %s is re-embedding collection %s"
                                            .formatted(running.job(), source.name()))
                            .withHint(
                                    "wait for it, or POST /jobs/%s/cancel; it cleans up for a few seconds after it ends"
                                            .formatted(running.job()));
                });
    }

    private void requireContent(Collection source) {
        long missing =
                transactions.read(
                        "count of chunks without content", _ -> rows.withoutContent(source.ref()));
        if (missing > 0) {
            throw ServiceException.impossible(
                            "missing_content",
                            "on_missing_content",
                            "is refuse, and %,d chunks of collection %s have no content to embed"
                                    .formatted(missing, source.name()))
                    .withHint(
                            "put them with their content, or send \"on_missing_content\": \"skip\" to leave them out of the new collection");
        }
    }
}

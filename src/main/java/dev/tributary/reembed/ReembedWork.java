package dev.tributary.reembed;

import dev.tributary.collection.Collection;
import dev.tributary.collection.Replacements;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.follow.Succession;
import dev.tributary.indexing.Indexing;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobWork;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeLog;
import dev.tributary.sync.CopyRun;
import dev.tributary.sync.Copying;
import dev.tributary.vector.RecordStore;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Re-embeds collections: copies one into another, catches up with concurrent writes, and switches
 * over. Thread-safe.
 */
@Component
class ReembedWork implements JobWork {
    static final String KIND = "reembed";

    private final Steps steps;
    private final Replacements replacements;
    private final EmbeddingModels models;
    private final RecordStore store;
    private final ReembedRows rows;
    private final Transactions transactions;

    /**
     * The payload of a job; the rest is in the job's row in {@code reembed}.
     *
     * @param name name by which the collection was requested: its own name, or an alias
     */
    record Plan(String name) {}

    /** The components that do the steps. */
    @Component
    record Steps(
            ChangeLog log,
            Copying copying,
            Cutover cutover,
            Succession succession,
            Indexing indexing,
            ReembedProperties properties) {}

    ReembedWork(
            Steps steps,
            Replacements replacements,
            EmbeddingModels models,
            RecordStore store,
            ReembedRows rows,
            Transactions transactions) {
        this.steps = steps;
        this.replacements = replacements;
        this.models = models;
        this.store = store;
        this.rows = rows;
        this.transactions = transactions;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobRun run) throws InterruptedException {
        Optional<Reembedding> known =
                transactions.read("look-up of a re-embedding", _ -> rows.find(run.id()));
        if (known.isEmpty()) {
            // An earlier attempt finished the work, but not the job.
            return;
        }
        Reembedding reembedding = known.get();
        String name = run.payload(Plan.class).name();
        try {
            if (!reembedding.isSwitched()) {
                ReembedRun reembed = reembed(run, name, reembedding);
                steps.log().begin(reembedding.follower(), run::requireActive);
                steps.succession().begin(reembed.source(), reembed.target());
                steps.copying().copy(reembed.copy(), steps.properties().batch());
                steps.cutover().awaitIndex(reembed);
                steps.cutover().awaitStores(reembed);
                steps.cutover().run(reembed);
            }
        } catch (ServiceException e) {
            throw explained(e, name, reembedding);
        }
        steps.log().end(reembedding.follower(), run::requireActive);
        forget(reembedding);
    }

    private void forget(Reembedding reembedding) {
        transactions.write(
                "end of a re-embedding",
                _ -> {
                    rows.delete(reembedding.job());
                    return true;
                });
    }

    private ReembedRun reembed(JobRun run, String name, Reembedding reembedding) {
        Collection source = require(reembedding.source(), name);
        Collection target = require(reembedding.target(), name);
        var reembedder =
                new Reembedder(
                        store,
                        models.get(Objects.requireNonNull(target.model())),
                        source.ref(),
                        target.ref());
        var into = new ReembedTarget(transactions, steps.indexing(), reembedder, run);
        var copy = new CopyRun(run, reembedding.follower(), source.ref(), into);
        return new ReembedRun(name, source, target, into, copy);
    }

    private Collection require(long id, String name) {
        return replacements.find(id).orElseThrow(() -> deleted(name));
    }

    private boolean areThere(Reembedding reembedding) {
        return replacements.find(reembedding.source()).isPresent()
                && replacements.find(reembedding.target()).isPresent();
    }

    private static ServiceException deleted(String name) {
        return ServiceException.conflict(
                "collection_deleted",
                "collection %s, or the new one, was deleted while it was re-embedded"
                        .formatted(name));
    }

    /** Explains a missing partition or follower, which means that a collection was deleted. */
    private ServiceException explained(ServiceException e, String name, Reembedding reembedding) {
        boolean isDeleted = e.kind() == ServiceException.Kind.MISSING && !areThere(reembedding);
        return isDeleted ? deleted(name) : e;
    }
}

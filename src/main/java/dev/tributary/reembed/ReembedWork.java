package dev.tributary.reembed;

import dev.tributary.collection.Collection;
import dev.tributary.collection.Replacements;
import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobWork;
import dev.tributary.reembed.Passage.Place;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.Include;
import dev.tributary.vector.Page;
import dev.tributary.vector.RecordStore;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Re-embeds collections: copies one into another, catches up with what was written meanwhile, and
 * switches over. Thread-safe.
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
     * What a job is to do, beside its row in {@code reembed}.
     *
     * @param name what the collection is found by
     */
    record Plan(String name) {}

    /** What it is done by. */
    @Component
    record Steps(
            Following following,
            Catching catching,
            Switching switching,
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
            // An earlier attempt came to the end, and could not say so.
            return;
        }
        Reembedding reembedding = known.get();
        String name = run.payload(Plan.class).name();
        try {
            if (!reembedding.isSwitched()) {
                Passage passage = passage(run, name, reembedding);
                steps.following().begin(run, reembedding.source());
                copy(passage);
                steps.switching().awaitIndex(passage);
                steps.switching().run(passage);
            }
        } catch (ServiceException e) {
            throw explained(e, name, reembedding);
        }
        steps.following().end(run, reembedding.source());
        steps.following().forget(reembedding);
    }

    private Passage passage(JobRun run, String name, Reembedding reembedding) {
        Collection source = require(reembedding.source(), name);
        Collection target = require(reembedding.target(), name);
        var transfer =
                new Transfer(
                        store,
                        models.get(Objects.requireNonNull(target.model())),
                        source.ref(),
                        target.ref());
        return new Passage(run, name, source, target, transfer);
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

    /** That a partition is missing says nothing to whoever deleted a collection. */
    private ServiceException explained(ServiceException e, String name, Reembedding reembedding) {
        boolean isDeleted = e.kind() == ServiceException.Kind.MISSING && !areThere(reembedding);
        return isDeleted ? deleted(name) : e;
    }

    private void copy(Passage passage) {
        if (passage.place().isDone()) {
            return;
        }
        long total = store.count(passage.source().ref().allRows(), null);
        passage.run().total(total);
        while (!passage.place().isDone()) {
            copyPage(passage);
        }
        // As many as there were: some came, and some went.
        passage.run().total(passage.place().copied());
    }

    private void copyPage(Passage passage) {
        Place place = passage.place();
        Page page =
                store.scroll(
                        passage.source().ref().allRows(),
                        null,
                        place.after(),
                        steps.properties().batch(),
                        Include.DEFAULT);
        int size = page.chunks().size();
        var next =
                new Place(
                        size == 0 ? place.after() : page.chunks().getLast().id(),
                        place.copied() + size,
                        page.next() == null);
        steps.catching()
                .put(
                        passage,
                        passage.transfer().embed(page.chunks()),
                        () -> passage.advance(size, next));
        passage.reached(next);
    }
}

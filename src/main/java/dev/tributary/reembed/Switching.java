package dev.tributary.reembed;

import dev.tributary.collection.Replacements;
import dev.tributary.collection.Replacements.Switched;
import dev.tributary.failure.ServiceException;
import dev.tributary.indexing.Indexing;
import dev.tributary.reembed.Transfer.Embedder;
import dev.tributary.security.Caller;
import dev.tributary.sql.SqlFailures;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexUpkeep;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Puts the new collection in the place of the old one. Safe for use by many threads. */
@Component
class Switching {
    /** Waits for its index in pieces, between which changes are caught up with. */
    private static final Duration INDEX_WAIT = Duration.ofSeconds(5);

    private static final Duration INDEX_WAIT_MAX = Duration.ofHours(1);

    /** How long writers may have to wait for each other at the beginning of an attempt. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(500);

    private static final Duration LOCK_PAUSE = Duration.ofSeconds(1);

    /**
     * How long they may have to wait for what is still to be caught up with; doubled by each
     * attempt that embeds. Well below the five seconds after which requests give up on a
     * connection, as each writer that waits has one.
     */
    private static final Duration PATIENCE_MIN = Duration.ofMillis(250);

    private static final Duration PATIENCE_MAX = Duration.ofSeconds(2);

    /** So often, writers are let go on if a text of theirs is yet to be embedded. */
    private static final int POLITE_MAX = 10;

    private static final int ATTEMPTS_MAX = 120;

    /** Batches that are caught up with before writers are slowed down. */
    private static final int CATCH_UP_MAX = 1_000;

    private final Replacements replacements;
    private final ChangeRows changes;
    private final ReembedRows rows;
    private final Catching catching;
    private final Indexing indexing;
    private final IndexUpkeep indexes;

    /**
     * What the job tells of it.
     *
     * @param collection the new one
     * @param previous what the old one is called now
     * @param name what leads to the new one
     * @param wayBack the call that makes it lead to the old one again
     */
    record Result(String collection, String previous, String name, String wayBack) {}

    Switching(
            Replacements replacements,
            ChangeRows changes,
            ReembedRows rows,
            Catching catching,
            Indexing indexing,
            IndexUpkeep indexes) {
        this.replacements = replacements;
        this.changes = changes;
        this.rows = rows;
        this.catching = catching;
        this.indexing = indexing;
        this.indexes = indexes;
    }

    /**
     * Waits until the new collection has every row in its index, but for the last ones.
     *
     * @throws ServiceException {@code UNAVAILABLE} after an hour
     */
    void awaitIndex(Passage passage) {
        CollectionRef target = passage.target().ref();
        long begun = System.nanoTime();
        do {
            passage.run().requireActive();
            if (System.nanoTime() - begun > INDEX_WAIT_MAX.toNanos()) {
                throw ServiceException.unavailable(
                        "index_late",
                        "the index of collection %s is not ready after %s"
                                .formatted(passage.target().name(), INDEX_WAIT_MAX));
            }
            catchUp(passage);
            if (target.index().type() == IndexSpec.Type.IVFFLAT && !indexes.buildIndex(target)) {
                // It learns from rows, and there are too few.
                return;
            }
        } while (!indexing.await(target, INDEX_WAIT));
    }

    /**
     * Switches over, while writers of the old collection wait for a moment. What they have written
     * until then is in the new one.
     *
     * <p>As long as it may do without, the model is not called meanwhile. If writers always have
     * new texts, the last ones are embedded while they wait: for a bounded time, after which they
     * go on and it is tried again, with more patience.
     *
     * @throws ServiceException {@code CONFLICT} if they write more in between than can be embedded
     *     meanwhile; {@code UNAVAILABLE} if a transaction that has written is open all the time, or
     *     the model is away
     */
    void run(Passage passage) throws InterruptedException {
        try (var model = new SlowModel(passage.transfer().model())) {
            run(passage, model);
        }
    }

    private void run(Passage passage, SlowModel model) throws InterruptedException {
        int met = 0;
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            passage.run().requireActive();
            if (met < POLITE_MAX) {
                catchUp(passage);
            }
            try {
                if (attempt(passage, model, met)) {
                    return;
                }
                met++;
            } catch (RuntimeException e) {
                goOnAfter(e, passage, attempt);
            }
        }
        throw ServiceException.conflict(
                "writes_too_fast",
                "%s is written to faster than model %s embeds it: it met new texts %d times"
                        .formatted(passage.name(), passage.target().model(), met));
    }

    /**
     * Tries to.
     *
     * @param met how often there were new texts
     * @return false if there were again
     */
    private boolean attempt(Passage passage, SlowModel model, int met) {
        boolean isSwitched =
                replacements.together(
                        "switch of " + passage.name(), () -> attemptInside(passage, model, met));
        // Whatever was made and used is committed.
        model.forget();
        if (isSwitched) {
            indexing.written(passage.target().ref());
        }
        return isSwitched;
    }

    private boolean attemptInside(Passage passage, SlowModel model, int met) {
        changes.pauseWriters(passage.source().ref().id(), LOCK_WAIT);
        long end = System.nanoTime() + patience(met).toNanos();
        Embedder embedder =
                met < POLITE_MAX ? _ -> Optional.empty() : texts -> model.embed(texts, end);
        boolean isComplete = catching.catchUpInside(passage, embedder, end);
        if (isComplete) {
            Switched switched =
                    replacements.switchOver(passage.source(), passage.name(), passage.target());
            rows.switched(passage.run().id());
            passage.run().result(result(passage, switched));
        }
        passage.stay();
        return isComplete;
    }

    private static Duration patience(int met) {
        Duration patience = PATIENCE_MIN;
        for (int i = POLITE_MAX; i <= met && patience.compareTo(PATIENCE_MAX) < 0; i++) {
            patience = patience.multipliedBy(2);
        }
        return patience;
    }

    /**
     * Somebody has a lock for long, which passes; or PostgreSQL refuses a chunk, which fails alone
     * when it is caught up with.
     */
    private void goOnAfter(RuntimeException e, Passage passage, int attempt)
            throws InterruptedException {
        if (Catching.isRefused(e)) {
            catchUp(passage);
            return;
        }
        if (!SqlFailures.isRepeatable(e) || attempt == ATTEMPTS_MAX) {
            throw e;
        }
        Thread.sleep(LOCK_PAUSE);
    }

    private void catchUp(Passage passage) {
        for (int i = 0; i < CATCH_UP_MAX && catching.catchUp(passage); i++) {
            passage.run().requireActive();
        }
    }

    private static Result result(Passage passage, Switched switched) {
        Caller caller = Caller.unrestricted(passage.source().namespace());
        return new Result(
                switched.current(),
                switched.previous(),
                passage.name(),
                "PUT %s {\"collection\": \"%s\"}"
                        .formatted(caller.path("/aliases/" + passage.name()), switched.previous()));
    }
}

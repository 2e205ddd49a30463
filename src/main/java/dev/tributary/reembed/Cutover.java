package dev.tributary.reembed;

import dev.tributary.collection.Replacements;
import dev.tributary.collection.Replacements.Switched;
import dev.tributary.failure.ServiceException;
import dev.tributary.follow.Succession;
import dev.tributary.follow.Succession.Progress;
import dev.tributary.indexing.Indexing;
import dev.tributary.reembed.Reembedder.Embedder;
import dev.tributary.security.Caller;
import dev.tributary.sql.SqlFailures;
import dev.tributary.sync.CatchUp;
import dev.tributary.sync.ChangeLog;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexUpkeep;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Replaces the old collection with the new one. Safe for use by many threads. */
@Component
class Cutover {
    /**
     * The wait for the index is cut into intervals, between which the copy catches up with changes.
     */
    private static final Duration INDEX_WAIT = Duration.ofSeconds(5);

    private static final Duration INDEX_WAIT_MAX = Duration.ofHours(1);

    /** How long to wait until a worker begins to fill a derived store. */
    private static final Duration WORKER_WAIT_MAX = Duration.ofMinutes(1);

    private static final Duration STORES_PAUSE = Duration.ofMillis(250);

    /** How long an attempt first waits for open transactions; new writers wait meanwhile. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(500);

    private static final Duration LOCK_PAUSE = Duration.ofSeconds(1);

    /**
     * How long writers may wait for the last embeddings; doubled by each attempt that calls the
     * model. Well below the five seconds after which requests give up waiting for a connection, as
     * each writer that waits holds one.
     */
    private static final Duration PATIENCE_MIN = Duration.ofMillis(250);

    private static final Duration PATIENCE_MAX = Duration.ofSeconds(2);

    /** Attempts that end when they meet a new text, before the model is called in one. */
    private static final int POLITE_MAX = 10;

    private static final int ATTEMPTS_MAX = 120;

    private final Replacements replacements;
    private final ChangeLog log;
    private final ReembedRows rows;
    private final CatchUp catchUp;
    private final Succession succession;
    private final ReembedProperties properties;
    private final Indexing indexing;
    private final IndexUpkeep indexes;

    /**
     * The result of the job.
     *
     * @param collection name of the new collection
     * @param previous current name of the old collection
     * @param name name that leads to the new collection
     * @param wayBack the call that points the name to the old collection again
     */
    record Result(String collection, String previous, String name, String wayBack) {}

    /** The parts that keep the new collection in step. */
    @Component
    record Sync(ChangeLog log, CatchUp catchUp, Succession succession) {}

    Cutover(
            Replacements replacements,
            Sync sync,
            ReembedRows rows,
            Indexing indexing,
            IndexUpkeep indexes,
            ReembedProperties properties) {
        this.replacements = replacements;
        this.log = sync.log();
        this.catchUp = sync.catchUp();
        this.succession = sync.succession();
        this.rows = rows;
        this.indexing = indexing;
        this.indexes = indexes;
        this.properties = properties;
    }

    /**
     * Waits until the index of the new collection has every row that was written before.
     *
     * @throws ServiceException {@code UNAVAILABLE} after an hour
     */
    void awaitIndex(ReembedRun reembed) {
        CollectionRef target = reembed.target().ref();
        long begun = System.nanoTime();
        do {
            reembed.job().requireActive();
            if (System.nanoTime() - begun > INDEX_WAIT_MAX.toNanos()) {
                throw ServiceException.unavailable(
                        "index_late",
                        "the index of collection %s is not ready after %s"
                                .formatted(reembed.target().name(), INDEX_WAIT_MAX));
            }
            catchUp(reembed);
            if (target.index().type() == IndexSpec.Type.IVFFLAT && !indexes.buildIndex(target)) {
                // An IVFFlat index learns its clusters from rows, and there are too few.
                return;
            }
        } while (!indexing.await(target, INDEX_WAIT));
    }

    /**
     * Waits until the derived stores that follow the old collection follow the new one as well. A
     * store that no worker comes to fill is not waited for: it may be this job that has the last
     * one. PostgreSQL answers until it is filled.
     */
    void awaitStores(ReembedRun reembed) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            reembed.job().requireActive();
            // A store may have begun to follow the old collection meanwhile.
            succession.begin(reembed.source(), reembed.target());
            Progress progress = succession.progress(reembed.target());
            Duration most = progress == Progress.WAITING ? WORKER_WAIT_MAX : INDEX_WAIT_MAX;
            if (progress == Progress.READY || System.nanoTime() - begun > most.toNanos()) {
                return;
            }
            catchUp(reembed);
            Thread.sleep(STORES_PAUSE);
        }
    }

    /**
     * Switches over while writers to the old collection wait for a moment. The new collection then
     * has everything that was written to the old one.
     *
     * <p>The first attempts do not call the model while writers wait. If each of them meets new
     * texts, later attempts embed the last texts while writers wait, for a bounded time; then the
     * writers continue, and the next attempt allows more time.
     *
     * @throws ServiceException {@code CONFLICT} if texts are written faster than they are embedded;
     *     {@code UNAVAILABLE} if a transaction that has written stays open, or the model is
     *     unavailable
     */
    void run(ReembedRun reembed) throws InterruptedException {
        try (var model = new TimedModel(reembed.into().model())) {
            run(reembed, model);
        }
    }

    private void run(ReembedRun reembed, TimedModel model) throws InterruptedException {
        int met = 0;
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            reembed.job().requireActive();
            if (met < POLITE_MAX) {
                catchUp(reembed);
            }
            try {
                if (attempt(reembed, model, met)) {
                    return;
                }
                met++;
            } catch (RuntimeException e) {
                retryAfter(e, reembed, attempt);
            }
        }
        throw ServiceException.conflict(
                "writes_too_fast",
                "%s is written to faster than model %s embeds it: %d attempts to switch found new texts"
                        .formatted(reembed.name(), reembed.target().model(), met));
    }

    /**
     * Tries to switch over.
     *
     * @param met how many attempts met new texts
     * @return false if this attempt did too
     */
    private boolean attempt(ReembedRun reembed, TimedModel model, int met) {
        boolean isSwitched =
                replacements.together(
                        "switch of " + reembed.name(), () -> attemptInside(reembed, model, met));
        // The embeddings that were used are committed.
        model.forget();
        if (isSwitched) {
            indexing.written(reembed.target().ref());
        }
        return isSwitched;
    }

    private boolean attemptInside(ReembedRun reembed, TimedModel model, int met) {
        log.pauseWriters(reembed.copy().follower(), LOCK_WAIT);
        long end = System.nanoTime() + patience(met).toNanos();
        Embedder embedder =
                met < POLITE_MAX ? _ -> Optional.empty() : texts -> model.embed(texts, end);
        boolean isComplete =
                catchUp.runWithin(
                        reembed.copy().follower(),
                        properties.batch(),
                        ids ->
                                System.nanoTime() - end <= 0
                                        && reembed.into().updateWithin(ids, embedder));
        if (isComplete) {
            Switched switched =
                    replacements.switchOver(reembed.source(), reembed.name(), reembed.target());
            rows.switched(reembed.job().id());
            reembed.job().result(result(reembed, switched));
        }
        reembed.copy().requireLease();
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
     * Retries if another session holds a lock, which is temporary, or if PostgreSQL refuses a
     * chunk, which then fails alone during catch-up outside this transaction.
     */
    private void retryAfter(RuntimeException e, ReembedRun reembed, int attempt)
            throws InterruptedException {
        if (ReembedTarget.isRefused(e)) {
            catchUp(reembed);
            return;
        }
        if (!SqlFailures.isRepeatable(e) || attempt == ATTEMPTS_MAX) {
            throw e;
        }
        Thread.sleep(LOCK_PAUSE);
    }

    private void catchUp(ReembedRun reembed) {
        catchUp.run(reembed.copy(), properties.batch());
    }

    private static Result result(ReembedRun reembed, Switched switched) {
        Caller caller = Caller.unrestricted(reembed.source().namespace());
        return new Result(
                switched.current(),
                switched.previous(),
                reembed.name(),
                "PUT %s {\"collection\": \"%s\"}"
                        .formatted(caller.path("/aliases/" + reembed.name()), switched.previous()));
    }
}

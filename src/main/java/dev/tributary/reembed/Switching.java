package dev.tributary.reembed;

import dev.tributary.collection.Indexing;
import dev.tributary.collection.Replacements;
import dev.tributary.collection.Replacements.Switched;
import dev.tributary.failure.ServiceException;
import dev.tributary.reembed.ChangeRows.Change;
import dev.tributary.reembed.Transfer.Batch;
import dev.tributary.sql.SqlFailures;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.VectorStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Puts the new collection in the place of the old one. Safe for use by many threads. */
@Component
class Switching {
    /** Waits for its index in pieces, between which changes are caught up with. */
    private static final Duration INDEX_WAIT = Duration.ofSeconds(5);

    private static final Duration INDEX_WAIT_MAX = Duration.ofHours(1);

    /** How long writers may have to wait at once. */
    private static final Duration PAUSE_MAX = Duration.ofMillis(500);

    private static final Duration LOCK_PAUSE = Duration.ofSeconds(1);

    /** Most changes that are caught up with while writers wait. */
    private static final int REST_MAX = 100;

    /** So often, writers are let go on if a text of theirs is yet to be embedded. */
    private static final int COMPLETE_ATTEMPTS_MAX = 10;

    private static final int ATTEMPTS_MAX = 120;

    private final Replacements replacements;
    private final ChangeRows changes;
    private final ReembedRows rows;
    private final Catching catching;
    private final Indexing indexing;
    private final VectorStore store;

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
            VectorStore store) {
        this.replacements = replacements;
        this.changes = changes;
        this.rows = rows;
        this.catching = catching;
        this.indexing = indexing;
        this.store = store;
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
            if (target.index().type() == IndexSpec.Type.IVFFLAT && !store.buildIndex(target)) {
                // It learns from rows, and there are too few.
                return;
            }
        } while (!indexing.await(target, INDEX_WAIT));
    }

    /**
     * Switches over, while writers of the old collection wait for a moment.
     *
     * <p>What they have written until then is in the new one before anybody finds it, unless they
     * write new texts all the time: then the last of these follow within moments after it.
     *
     * @throws ServiceException {@code UNAVAILABLE} if a transaction that has written is open all
     *     the time
     */
    void run(Passage passage) throws InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            passage.run().requireActive();
            catchUp(passage);
            boolean mustBeComplete = attempt <= COMPLETE_ATTEMPTS_MAX;
            try {
                if (replacements.together(
                        "switch of " + passage.name(), () -> attempt(passage, mustBeComplete))) {
                    indexing.written(passage.target().ref());
                    return;
                }
            } catch (ServiceException e) {
                if (!SqlFailures.isRepeatable(e) || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
                Thread.sleep(LOCK_PAUSE);
            }
        }
    }

    private void catchUp(Passage passage) {
        while (catching.catchUp(passage)) {
            passage.run().requireActive();
        }
    }

    private boolean attempt(Passage passage, boolean mustBeComplete) {
        long source = passage.source().ref().id();
        changes.pauseWriters(source, PAUSE_MAX);
        List<Change> rest = changes.some(source, REST_MAX + 1);
        Optional<Batch> batch =
                rest.size() > REST_MAX
                        ? Optional.empty()
                        : passage.transfer().knownByIds(Catching.ids(rest));
        if (batch.isEmpty() && mustBeComplete) {
            return false;
        }
        batch.ifPresent(known -> {
            changes.writeUnnoticed();
            passage.transfer()
                    .write(known)
                    .forEach((id, why) -> passage.run().itemFailed(id.toString(), why));
            changes.delete(source, rest);
        });
        Switched switched =
                replacements.switchOver(passage.source(), passage.name(), passage.target());
        rows.switched(passage.run().id());
        passage.run().result(result(passage, switched));
        passage.stay();
        return true;
    }

    private static Result result(Passage passage, Switched switched) {
        String namespace = passage.source().namespace();
        String query = namespace.equals("default") ? "" : "?namespace=" + namespace;
        return new Result(
                switched.current(),
                switched.previous(),
                passage.name(),
                "PUT /aliases/%s%s {\"collection\": \"%s\"}"
                        .formatted(passage.name(), query, switched.previous()));
    }
}

package dev.tributary.follow;

import dev.tributary.collection.Collection;
import dev.tributary.collection.Replacements;
import dev.tributary.failure.ServiceException;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobWork;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.CatchUp;
import dev.tributary.sync.ChangeLog;
import dev.tributary.sync.CopyRun;
import dev.tributary.sync.Copying;
import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.Generation;
import dev.tributary.vector.RecordStore;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Fills generations: creates them, copies the collection while it is written to, catches up,
 * compares, and makes searches use them. Waits while the store is unavailable, however long.
 * Thread-safe.
 *
 * <p>An instance without derived stores leaves these jobs to others.
 */
@Component
@ConditionalOnProperty("tributary.qdrant.enabled")
class FillWork implements JobWork {
    static final String KIND = "fill";

    private static final Duration CATCH_UP_INTERVAL = Duration.ofSeconds(1);
    private static final Duration PAUSE_MIN = Duration.ofMillis(500);

    private final Parts parts;
    private final DerivedStores stores;
    private final Replacements replacements;
    private final RecordStore records;
    private final GenerationRows rows;
    private final Transactions transactions;
    private final FollowProperties properties;

    /**
     * The payload of a job.
     *
     * @param isVerified whether the generation is compared with the collection before it is used
     * @param isSnapshotTaken whether a snapshot of the generation in use is taken first
     */
    record Plan(String store, int number, boolean isVerified, boolean isSnapshotTaken) {}

    /** What copies, and compares. */
    @Component
    record Parts(ChangeLog log, Copying copying, CatchUp catchUp, Verifier verifier) {}

    /** A step that needs the store. */
    private interface Step {
        void run() throws InterruptedException;
    }

    FillWork(
            Parts parts,
            DerivedStores stores,
            Replacements replacements,
            RecordStore records,
            GenerationRows rows,
            Transactions transactions,
            FollowProperties properties) {
        this.parts = parts;
        this.stores = stores;
        this.replacements = replacements;
        this.records = records;
        this.rows = rows;
        this.transactions = transactions;
        this.properties = properties;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobRun run) throws InterruptedException {
        Plan plan = run.payload(Plan.class);
        var key =
                new GenerationKey(
                        Objects.requireNonNull(run.collectionId()), plan.store(), plan.number());
        Optional<GenerationRow> row = transactions.read("look-up of a copy", _ -> rows.find(key));
        if (row.isEmpty() || row.get().state() != GenerationRow.State.FILLING) {
            // An earlier attempt finished the work but not the job, or the store was let go.
            return;
        }
        DerivedStore store = stores.require(plan.store());
        try {
            fill(run, plan, row.get(), store);
        } catch (ServiceException e) {
            throw replacements.find(key.collection()).isPresent() ? e : deleted();
        }
    }

    private void fill(JobRun run, Plan plan, GenerationRow row, DerivedStore store)
            throws InterruptedException {
        GenerationKey key = row.key();
        Collection collection = replacements.find(key.collection()).orElseThrow(FillWork::deleted);
        Generation generation = row.generation(collection.ref());
        var mirror = new ChunkMirror(records, store, generation);
        var copy =
                new CopyRun(
                        run,
                        key.follower(),
                        collection.ref(),
                        new FillTarget(mirror, parts.log(), run));
        parts.log().begin(key.follower(), run::requireActive);
        if (plan.isSnapshotTaken() && copy.isAtStart()) {
            patiently(run, key, () -> snapshot(key, store, collection));
        }
        // What was there already may be of a database before this one.
        var isNew = new AtomicBoolean();
        patiently(run, key, () -> isNew.set(store.create(generation)));
        patiently(run, key, () -> parts.copying().copy(copy, properties.batch()));
        patiently(run, key, () -> parts.catchUp().run(copy, properties.batch()));
        if (plan.isVerified() || !isNew.get()) {
            patiently(run, key, () -> verify(run, copy, mirror));
        }
        patiently(run, key, () -> store.use(generation));
        use(copy, key);
    }

    /** The generation that searches use now, if there is one. */
    private void snapshot(GenerationKey key, DerivedStore store, Collection collection) {
        transactions.read("list of copies", _ -> rows.live(key.collection(), key.store())).stream()
                .filter(GenerationRow::isUsed)
                .forEach(used -> store.snapshot(used.generation(collection.ref())));
    }

    /** A difference that stays fails the job, and searches go on with the generation before. */
    private void verify(JobRun run, CopyRun copy, ChunkMirror mirror) throws InterruptedException {
        Verification result =
                parts.verifier().verify(mirror, copy.follower(), listener(run, copy), true);
        run.result(result);
        if (!result.isClean()) {
            throw ServiceException.conflict(
                    "copy_differs", "the copy differs from the collection: " + result.summary());
        }
    }

    private Verifier.Listener listener(JobRun run, CopyRun copy) {
        return new Verifier.Listener() {
            private long caughtUpNanos = System.nanoTime();

            // Or a long comparison would find too much that is only not copied yet.
            @Override
            public void compared(int more) {
                run.requireActive();
                if (System.nanoTime() - caughtUpNanos > CATCH_UP_INTERVAL.toNanos()) {
                    settle();
                    caughtUpNanos = System.nanoTime();
                }
            }

            @Override
            public void settle() {
                parts.catchUp().run(copy, properties.batch());
            }
        };
    }

    private void use(CopyRun copy, GenerationKey key) {
        transactions.write(
                "switch to a copy",
                _ -> {
                    rows.use(key, properties.dropAfter());
                    copy.requireLease();
                    return true;
                });
    }

    /**
     * Repeats a step until the store is available. Each step goes on where it ended, or may be done
     * again.
     */
    private void patiently(JobRun run, GenerationKey key, Step step) throws InterruptedException {
        Duration pause = PAUSE_MIN;
        while (true) {
            run.requireActive();
            try {
                step.run();
                note(key, null);
                return;
            } catch (ServiceException e) {
                if (e.kind() != ServiceException.Kind.UNAVAILABLE
                        && e.kind() != ServiceException.Kind.OUTCOME_UNKNOWN) {
                    throw e;
                }
                run.requireActive();
                note(key, e.getMessage());
            }
            Thread.sleep(shorter(pause, properties.retryInterval()));
            pause = shorter(pause.multipliedBy(2), properties.retryInterval());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Best effort: the database may be what is unavailable. */
    private void note(GenerationKey key, @Nullable String trouble) {
        try {
            transactions.write(
                    "note about a copy",
                    _ -> {
                        rows.trouble(key, trouble);
                        return true;
                    });
        } catch (ServiceException e) {
            // The step is repeated, and finds out itself.
        }
    }

    private static ServiceException deleted() {
        return ServiceException.conflict(
                "collection_deleted", "the collection was deleted while it was copied");
    }
}

package dev.tributary.follow;

import dev.tributary.collection.Collection;
import dev.tributary.collection.Replacements;
import dev.tributary.failure.ServiceException;
import dev.tributary.follow.GenerationRow.State;
import dev.tributary.job.JobRequest;
import dev.tributary.job.JobRun;
import dev.tributary.job.JobWork;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.RecordStore;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** Compares the copies that are in use with their collections. Thread-safe. */
@Component
@ConditionalOnProperty("tributary.qdrant.enabled")
class VerifyWork implements JobWork {
    static final String KIND = "verify";

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Verifier verifier;
    private final DerivedStores stores;
    private final Replacements replacements;
    private final RecordStore records;
    private final StoreRows storeRows;
    private final GenerationRows rows;
    private final Transactions transactions;

    /** The payload of a job. */
    record Plan(String store, boolean isRepaired) {}

    /** A request for a comparison; a copy is compared once at a time. */
    static JobRequest request(Caller caller, long collection, String name, Plan plan) {
        return JobRequest.of(caller, KIND)
                .withCollection(collection, name)
                .withJson(plan)
                .withKey(collection + "/" + plan.store());
    }

    VerifyWork(
            Verifier verifier,
            DerivedStores stores,
            Replacements replacements,
            RecordStore records,
            StoreRows storeRows,
            GenerationRows rows,
            Transactions transactions) {
        this.verifier = verifier;
        this.stores = stores;
        this.replacements = replacements;
        this.records = records;
        this.storeRows = storeRows;
        this.rows = rows;
        this.transactions = transactions;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobRun run) throws InterruptedException {
        Plan plan = run.payload(Plan.class);
        long id = Objects.requireNonNull(run.collectionId());
        Collection collection =
                replacements
                        .find(id)
                        .orElseThrow(() ->
                                ServiceException.conflict(
                                        "collection_deleted",
                                        "the collection was deleted before it was compared"));
        GenerationRow used =
                transactions.read("look-up of a copy", _ -> rows.live(id, plan.store())).stream()
                        .filter(row -> row.isUsed() && row.state() == State.FOLLOWING)
                        .findAny()
                        .orElseThrow(() -> notInStep(plan.store()));
        var mirror =
                new ChunkMirror(
                        records, stores.require(plan.store()), used.generation(collection.ref()));
        run.total(records.count(collection.ref().allRows(), null));
        Verification result =
                verifier.verify(mirror, used.follower(), listener(run), plan.isRepaired());
        transactions.write(
                "result of a comparison",
                _ -> {
                    storeRows.verified(id, plan.store(), result);
                    run.result(result);
                    return true;
                });
    }

    static ServiceException notInStep(String store) {
        return ServiceException.conflict(
                        "store_not_in_step", "store " + store + " has no copy that is kept in step")
                .withHint("GET /collections/{collection}/stores/" + store + " says why");
    }

    private static Verifier.Listener listener(JobRun run) {
        return new Verifier.Listener() {
            @Override
            public void compared(int more) {
                run.advance(more, Map.of());
            }

            @Override
            public void settle() throws InterruptedException {
                run.requireActive();
                Thread.sleep(PAUSE);
            }
        };
    }
}

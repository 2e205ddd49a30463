package dev.tributary.follow;

import dev.tributary.collection.Catalogue;
import dev.tributary.collection.Collection;
import dev.tributary.failure.ServiceException;
import dev.tributary.follow.GenerationRow.State;
import dev.tributary.follow.StoreAnswer.Fill;
import dev.tributary.follow.StoreAnswer.Lag;
import dev.tributary.follow.StoreAnswer.Refused;
import dev.tributary.job.Job;
import dev.tributary.job.JobRequest;
import dev.tributary.job.Jobs;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeLog;
import dev.tributary.vector.DerivedSettings;
import dev.tributary.vector.DerivedStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Begins, shows and ends the following of collections. Safe for use by many threads. */
@Component
class Follows {
    /** Most changes that are counted of a backlog. */
    static final int COUNTED_MAX = 100_000;

    private static final int REFUSED_MAX = 10;

    private final Catalogue catalogue;
    private final DerivedStores configured;
    private final StoreRows stores;
    private final GenerationRows generations;
    private final Jobs jobs;
    private final ChangeLog log;
    private final Transactions transactions;

    /**
     * The outcome of a put.
     *
     * @param isCreated false if the store followed the collection already
     */
    record Put(StoreAnswer answer, boolean isCreated) {}

    Follows(
            Catalogue catalogue,
            DerivedStores configured,
            StoreRows stores,
            GenerationRows generations,
            Jobs jobs,
            ChangeLog log,
            Transactions transactions) {
        this.catalogue = catalogue;
        this.configured = configured;
        this.stores = stores;
        this.generations = generations;
        this.jobs = jobs;
        this.log = log;
        this.transactions = transactions;
    }

    /**
     * Has a store follow a collection with these settings. Does nothing if it does; other settings
     * lead to a rebuild.
     *
     * @throws ServiceException {@code MISSING} for the collection or the store; {@code IMPOSSIBLE}
     *     if the store cannot keep it so; {@code UNAVAILABLE}
     */
    Put put(Caller caller, String name, String store, DerivedSettings settings) {
        DerivedStore derived = configured.require(store);
        Collection collection = catalogue.resolve(caller, name);
        derived.requirePossible(collection.ref(), settings);
        boolean isCreated =
                transactions.write(
                        "start of following", _ -> put(caller, collection, name, store, settings));
        return new Put(get(caller, name, store), isCreated);
    }

    private boolean put(
            Caller caller,
            Collection collection,
            String name,
            String store,
            DerivedSettings settings) {
        long id = collection.ref().id();
        boolean isNew = stores.find(id, store).isEmpty();
        stores.put(id, store, collection.namespace(), settings);
        List<GenerationRow> live = generations.live(id, store);
        List<GenerationRow> alike =
                live.stream()
                        .filter(row ->
                                row.state() != State.BROKEN && row.settings().equals(settings))
                        .toList();
        live.stream()
                .filter(row -> row.state() == State.FILLING && !alike.contains(row))
                .forEach(row -> cancel(caller, row));
        if (alike.isEmpty()) {
            fill(caller, collection, name, store, settings, false);
        }
        return isNew;
    }

    private void cancel(Caller caller, GenerationRow filling) {
        generations.retireFilling(filling.key());
        jobs.cancelAll(caller, FillWork.KIND, List.of(filling.job()));
    }

    /** Creates the next generation with the job that fills it. */
    private Job fill(
            Caller caller,
            Collection collection,
            String name,
            String store,
            DerivedSettings settings,
            boolean isSnapshotTaken) {
        long id = collection.ref().id();
        int number =
                stores.nextNumber(id, store)
                        .orElseThrow(() -> FollowedStandings.notFollowed(store));
        boolean isVerified = generations.live(id, store).stream().anyMatch(GenerationRow::isUsed);
        Job job =
                jobs.submit(
                        JobRequest.of(caller, FillWork.KIND)
                                .withCollection(id, name)
                                .withJson(
                                        new FillWork.Plan(
                                                store, number, isVerified, isSnapshotTaken)));
        generations.insert(new GenerationKey(id, store, number), settings, job.id());
        stores.filledBy(id, store, job.id());
        return job;
    }

    /**
     * Starts a job that fills a new copy, compares it, and then replaces the one in use.
     *
     * @throws ServiceException {@code MISSING}; {@code CONFLICT} if the store does not follow the
     *     collection, or a copy is being filled already
     */
    Job rebuild(Caller caller, String name, String store, boolean isSnapshotTaken) {
        configured.require(store);
        Collection collection = catalogue.resolve(caller, name);
        return transactions.write(
                "start of a rebuild",
                _ -> {
                    StoreRow row = require(collection, store);
                    stores.put(row.collection(), store, row.namespace(), row.settings());
                    generations.live(row.collection(), store).stream()
                            .filter(each -> each.state() == State.FILLING)
                            .findAny()
                            .ifPresent(filling -> {
                                throw ServiceException.conflict(
                                                "store_filling",
                                                "job %s is filling a copy already"
                                                        .formatted(filling.job()))
                                        .withHint(
                                                "wait for it, or POST /jobs/%s/cancel; it is cleaned up a few seconds after it ends"
                                                        .formatted(filling.job()));
                            });
                    return fill(caller, collection, name, store, row.settings(), isSnapshotTaken);
                });
    }

    /**
     * Starts a job that compares the copy in use with the collection.
     *
     * @throws ServiceException {@code MISSING}; {@code CONFLICT} if no copy is in step
     */
    Job verify(Caller caller, String name, String store, boolean isRepaired) {
        configured.require(store);
        Collection collection = catalogue.resolve(caller, name);
        require(collection, store);
        long id = collection.ref().id();
        if (used(generations(id, store)).filter(row -> row.state() == State.FOLLOWING).isEmpty()) {
            throw VerifyWork.notInStep(store);
        }
        return jobs.submit(
                VerifyWork.request(caller, id, name, new VerifyWork.Plan(store, isRepaired)));
    }

    /**
     * Returns how a store follows a collection.
     *
     * @throws ServiceException {@code MISSING}; {@code CONFLICT} if it does not
     */
    StoreAnswer get(Caller caller, String name, String store) {
        Collection collection = catalogue.resolve(caller, name);
        return answer(caller, collection, require(collection, store));
    }

    /** The stores that follow a collection. */
    StoreList list(Caller caller, String name) {
        Collection collection = catalogue.resolve(caller, name);
        return new StoreList(
                transactions
                        .read("list of stores", _ -> stores.list(collection.ref().id()))
                        .stream()
                        .map(row -> answer(caller, collection, row))
                        .toList());
    }

    /**
     * Ends the following: searches use PostgreSQL at once, and the copies are dropped soon. A
     * repeat does nothing.
     */
    void delete(Caller caller, String name, String store) {
        Collection collection = catalogue.resolve(caller, name);
        long id = collection.ref().id();
        transactions.write(
                "end of following",
                _ -> {
                    generations.live(id, store).stream()
                            .filter(row -> row.state() == State.FILLING)
                            .forEach(row -> cancel(caller, row));
                    generations.retireAll(id, store);
                    stores.delete(id, store);
                    return true;
                });
    }

    private StoreRow require(Collection collection, String store) {
        return transactions
                .read("look-up of a store", _ -> stores.find(collection.ref().id(), store))
                .orElseThrow(() -> {
                    configured.require(store);
                    return FollowedStandings.notFollowed(store);
                });
    }

    private List<GenerationRow> generations(long collection, String store) {
        return transactions.read("list of copies", _ -> generations.live(collection, store));
    }

    private static Optional<GenerationRow> used(List<GenerationRow> live) {
        return live.stream().filter(GenerationRow::isUsed).findAny();
    }

    private StoreAnswer answer(Caller caller, Collection collection, StoreRow row) {
        List<GenerationRow> live = generations(row.collection(), row.store());
        Optional<GenerationRow> used = used(live);
        Optional<GenerationRow> following = used.filter(each -> each.state() == State.FOLLOWING);
        return new StoreAnswer(
                row.store(),
                collection.name(),
                state(live),
                used.map(GenerationRow::number).orElse(null),
                row.settings().quantization(),
                following.flatMap(this::lag).orElse(null),
                following
                        .map(each -> log.setAside(each.follower(), REFUSED_MAX))
                        .orElse(List.of())
                        .stream()
                        .map(Refused::of)
                        .toList(),
                used.map(GenerationRow::trouble).orElse(null),
                filled(caller, row.job(), live),
                row.verification(),
                row.createdAt());
    }

    private static StoreAnswer.State state(List<GenerationRow> live) {
        Optional<GenerationRow> used = used(live);
        if (used.isPresent()) {
            return used.get().state() == State.BROKEN
                    ? StoreAnswer.State.REBUILD_NEEDED
                    : StoreAnswer.State.FOLLOWING;
        }
        return live.isEmpty() ? StoreAnswer.State.FAILED : StoreAnswer.State.FILLING;
    }

    private Optional<Lag> lag(GenerationRow following) {
        return log.backlog(following.follower(), COUNTED_MAX)
                .map(behind ->
                        new Lag(behind.changes(), behind.oldestSeconds(), behind.setAside()));
    }

    private @Nullable Fill filled(Caller caller, @Nullable UUID job, List<GenerationRow> live) {
        String trouble =
                live.stream()
                        .filter(row -> row.state() == State.FILLING)
                        .findAny()
                        .map(GenerationRow::trouble)
                        .orElse(null);
        return job == null
                ? null
                : jobs.find(caller, job).map(found -> Fill.of(found, trouble)).orElse(null);
    }
}

package dev.tributary.follow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tributary.failure.ServiceException;
import dev.tributary.follow.GenerationRow.State;
import dev.tributary.follow.Standing.Behind;
import dev.tributary.follow.Standing.InStep;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeLog;
import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Generation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads standings from the database.
 *
 * <p>What was read is cached for a second. A generation that was replaced meanwhile is as good:
 * until it is dropped, what it misses is pending for it. How far it has come, searches tell.
 */
@Component
class FollowedStandings implements Standings {
    private static final int CACHED_MAX = 10_000;
    private static final Duration CACHED = Duration.ofSeconds(1);

    private final StoreRows stores;
    private final GenerationRows rows;
    private final ChangeLog log;
    private final Transactions transactions;
    private final Cache<Key, Known> cache =
            Caffeine.newBuilder().maximumSize(CACHED_MAX).expireAfterWrite(CACHED).build();

    private record Key(long collection, String store) {}

    /** A position, and when it was asked for. */
    private record Reached(ChangePosition position, long nanos) {
        static Reached later(Reached one, Reached other) {
            return other.nanos - one.nanos > 0 ? other : one;
        }
    }

    /**
     * How a store follows a collection.
     *
     * @param used the generation that searches use; null if there is none
     * @param reached how far that has come; null if it cannot be known
     * @param trouble why the store cannot answer if one of these is null
     */
    private record Known(
            @Nullable GenerationRow used,
            @Nullable AtomicReference<Reached> reached,
            String trouble) {
        static Known behind(String trouble) {
            return new Known(null, null, trouble);
        }
    }

    FollowedStandings(
            StoreRows stores, GenerationRows rows, ChangeLog log, Transactions transactions) {
        this.stores = stores;
        this.rows = rows;
        this.log = log;
        this.transactions = transactions;
    }

    @Override
    public Standing of(CollectionRef collection, String store) {
        Known known = cache.get(new Key(collection.id(), store), this::load);
        return known.used() == null || known.reached() == null
                ? new Behind(known.trouble())
                : new InStep(known.used().generation(collection), known.reached().get().position());
    }

    @Override
    public void moved(
            Generation generation, String store, ChangePosition position, long askedNanos) {
        Known known = cache.getIfPresent(new Key(generation.collection().id(), store));
        if (known != null
                && known.used() != null
                && known.reached() != null
                && known.used().number() == generation.number()) {
            known.reached().accumulateAndGet(new Reached(position, askedNanos), Reached::later);
        }
    }

    private Known load(Key key) {
        long nanos = System.nanoTime();
        return transactions.read("look-up of a copy", _ -> load(key, nanos));
    }

    private Known load(Key key, long nanos) {
        if (stores.find(key.collection(), key.store()).isEmpty()) {
            throw notFollowed(key.store());
        }
        List<GenerationRow> live = rows.live(key.collection(), key.store());
        Optional<GenerationRow> used = live.stream().filter(GenerationRow::isUsed).findAny();
        if (used.isEmpty()) {
            return Known.behind(live.isEmpty() ? "it was not filled" : "it is still being filled");
        }
        if (used.get().state() == State.BROKEN) {
            return Known.behind("it must be rebuilt: " + used.get().trouble());
        }
        return log.position(used.get().follower())
                .map(position ->
                        new Known(
                                used.get(),
                                new AtomicReference<>(new Reached(position, nanos)),
                                ""))
                .orElseGet(() -> Known.behind("it has missed changes"));
    }

    static ServiceException notFollowed(String store) {
        return ServiceException.conflict(
                        "store_not_followed", "store " + store + " does not follow the collection")
                .withHint("PUT /collections/{collection}/stores/" + store + " begins that");
    }
}

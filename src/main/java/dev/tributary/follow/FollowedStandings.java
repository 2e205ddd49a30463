package dev.tributary.follow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tributary.failure.ServiceException;
import dev.tributary.follow.GenerationRow.State;
import dev.tributary.follow.Standing.Behind;
import dev.tributary.follow.Standing.InStep;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeLog;
import dev.tributary.sync.PendingChanges;
import dev.tributary.vector.CollectionRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Reads standings from the database.
 *
 * <p>Which generation is searched is cached for a second. One that was replaced meanwhile is as
 * good: until it is dropped, what it misses is pending for it.
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

    /** The generations that are not retired; empty if the store does not follow the collection. */
    private record Known(Optional<List<GenerationRow>> generations) {}

    FollowedStandings(
            StoreRows stores, GenerationRows rows, ChangeLog log, Transactions transactions) {
        this.stores = stores;
        this.rows = rows;
        this.log = log;
        this.transactions = transactions;
    }

    @Override
    public Standing of(CollectionRef collection, String store) {
        List<GenerationRow> live =
                cache.get(new Key(collection.id(), store), this::load)
                        .generations()
                        .orElseThrow(() -> notFollowed(store));
        return live.stream()
                .filter(GenerationRow::isUsed)
                .findAny()
                .map(used -> standing(collection, used))
                .orElseGet(() -> new Behind(unused(live)));
    }

    private Known load(Key key) {
        return transactions.read(
                "look-up of a copy",
                _ ->
                        new Known(
                                stores.find(key.collection(), key.store())
                                        .map(_ -> rows.live(key.collection(), key.store()))));
    }

    static ServiceException notFollowed(String store) {
        return ServiceException.conflict(
                        "store_not_followed", "store " + store + " does not follow the collection")
                .withHint("PUT /collections/{collection}/stores/" + store + " begins that");
    }

    private static String unused(List<GenerationRow> live) {
        return live.isEmpty() ? "it was not filled" : "it is still being filled";
    }

    private Standing standing(CollectionRef collection, GenerationRow used) {
        if (used.state() == State.BROKEN) {
            return new Behind("it must be rebuilt: " + used.trouble());
        }
        Optional<PendingChanges> pending = log.pending(used.follower(), PENDING_MAX);
        if (pending.isEmpty()) {
            return new Behind("it has missed changes");
        }
        if (!pending.get().isAll()) {
            return new Behind("it is more than %,d changes behind".formatted(PENDING_MAX));
        }
        return new InStep(used.generation(collection), pending.get().chunks());
    }
}

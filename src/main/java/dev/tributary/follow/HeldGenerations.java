package dev.tributary.follow;

import dev.tributary.collection.Replacements;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.RecordStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The generations that this instance keeps in step: one instance each. */
@Component
class HeldGenerations {
    private static final Duration TAKE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final GenerationRows rows;
    private final DerivedStores stores;
    private final Replacements replacements;
    private final RecordStore records;
    private final Transactions transactions;
    private final FollowProperties properties;
    private final UUID owner = UUID.randomUUID();
    private final Map<GenerationKey, Held> held = new ConcurrentHashMap<>();
    private long takenNanos = System.nanoTime();
    private long renewedNanos = System.nanoTime() - Duration.ofDays(1).toNanos();

    HeldGenerations(
            GenerationRows rows,
            DerivedStores stores,
            Replacements replacements,
            RecordStore records,
            Transactions transactions,
            FollowProperties properties) {
        this.rows = rows;
        this.stores = stores;
        this.replacements = replacements;
        this.records = records;
        this.transactions = transactions;
        this.properties = properties;
    }

    /**
     * Takes generations that nobody has, each second, and renews the leases of those held, after
     * each third of their length. For one thread.
     *
     * @return what is held now
     */
    List<Held> renew() {
        long nowNanos = System.nanoTime();
        if (!stores.names().isEmpty()) {
            if (nowNanos - renewedNanos >= properties.lease().dividedBy(3).toNanos()) {
                renew(nowNanos);
                renewedNanos = nowNanos;
                takenNanos = nowNanos;
            } else if (nowNanos - takenNanos >= TAKE_INTERVAL.toNanos()) {
                take(nowNanos);
                takenNanos = nowNanos;
            }
        }
        return List.copyOf(held.values());
    }

    private void renew(long nowNanos) {
        List<GenerationRow> mine =
                transactions.write(
                        "leases of copies",
                        _ -> rows.renew(owner, stores.names(), properties.lease()));
        Set<GenerationKey> lost = new HashSet<>(held.keySet());
        for (GenerationRow row : mine) {
            lost.remove(row.key());
            Held known = held.get(row.key());
            if (known == null) {
                add(row, nowNanos);
            } else {
                known.renewed(nowNanos);
            }
        }
        held.keySet().removeAll(lost);
    }

    private void take(long nowNanos) {
        for (GenerationRow row :
                transactions.write(
                        "leases of more copies",
                        _ -> rows.take(owner, stores.names(), properties.lease()))) {
            Held known = held.get(row.key());
            if (known == null) {
                add(row, nowNanos);
            } else {
                // It had run out, and nobody else took it.
                known.renewed(nowNanos);
            }
        }
    }

    /** A generation whose collection was deleted is left to the sweep. */
    private void add(GenerationRow row, long nowNanos) {
        DerivedStore store = stores.require(row.store());
        replacements
                .find(row.collection())
                .ifPresent(collection -> {
                    var mirror = new ChunkMirror(records, store, row.generation(collection.ref()));
                    var now =
                            new Held(row.key(), mirror, properties.lease(), row.trouble() != null);
                    now.renewed(nowNanos);
                    held.put(row.key(), now);
                });
    }

    void remove(Held gone) {
        gone.end();
        held.remove(gone.key(), gone);
    }

    /**
     * Begins nothing more, waits for what is being written, and lets other instances have what is
     * held here. Leases of writes that do not end in time run out by themselves.
     */
    void releaseAll() throws InterruptedException {
        List<Held> ending = List.copyOf(held.values());
        held.clear();
        ending.forEach(Held::end);
        long untilNanos = System.nanoTime() + STOP_MAX.toNanos();
        for (Held one : ending) {
            if (!one.await(Duration.ofNanos(untilNanos - System.nanoTime()))) {
                return;
            }
        }
        transactions.write(
                "end of leases of copies",
                _ -> {
                    rows.release(owner);
                    return true;
                });
    }
}

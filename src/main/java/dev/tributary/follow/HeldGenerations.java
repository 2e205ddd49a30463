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
    private final GenerationRows rows;
    private final DerivedStores stores;
    private final Replacements replacements;
    private final RecordStore records;
    private final Transactions transactions;
    private final FollowProperties properties;
    private final UUID owner = UUID.randomUUID();
    private final Map<GenerationKey, Held> held = new ConcurrentHashMap<>();
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
     * Takes generations that nobody has, and renews the leases of those held, after each third of
     * their length. For one thread.
     *
     * @return what is held now
     */
    List<Held> renew() {
        long beginNanos = System.nanoTime();
        if (stores.names().isEmpty()
                || beginNanos - renewedNanos < properties.lease().dividedBy(3).toNanos()) {
            return List.copyOf(held.values());
        }
        List<GenerationRow> mine =
                transactions.write(
                        "leases of copies",
                        _ -> rows.lease(owner, stores.names(), properties.lease()));
        renewedNanos = beginNanos;
        Set<GenerationKey> lost = new HashSet<>(held.keySet());
        for (GenerationRow row : mine) {
            lost.remove(row.key());
            Held known = held.get(row.key());
            if (known == null) {
                add(row, beginNanos);
            } else {
                known.renewed(beginNanos);
            }
        }
        held.keySet().removeAll(lost);
        return List.copyOf(held.values());
    }

    /** A generation whose collection was deleted is left to the sweep. */
    private void add(GenerationRow row, long nowNanos) {
        DerivedStore store = stores.require(row.store());
        replacements
                .find(row.collection())
                .ifPresent(collection -> {
                    var mirror = new ChunkMirror(records, store, row.generation(collection.ref()));
                    var now = new Held(row.key(), mirror, properties.lease());
                    now.renewed(nowNanos);
                    held.put(row.key(), now);
                });
    }

    void remove(Held gone) {
        gone.end();
        held.remove(gone.key(), gone);
    }

    /** Lets other instances have what is held here. */
    void releaseAll() {
        held.clear();
        transactions.write(
                "end of leases of copies",
                _ -> {
                    rows.release(owner);
                    return true;
                });
    }
}

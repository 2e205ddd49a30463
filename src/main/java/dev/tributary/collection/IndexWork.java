package dev.tributary.collection;

import dev.tributary.sql.Transactions;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The pending work on indexes in the catalogue, for background tasks. Pending work is stored in the
 * database, so that another instance can continue it after a crash. Safe for use by many threads.
 * Every call throws {@code UNAVAILABLE} if the database is unavailable.
 */
@Component
public class IndexWork {
    /** Most collections that one call lists. */
    public static final int BATCH_MAX = 100;

    private final Transactions transactions;
    private final CatalogueRows rows;
    private final CatalogueChanges changes;
    private final Catalogue catalogue;
    private final Duration cacheTtl;

    /**
     * The index of a collection.
     *
     * @param collection the collection with its current index
     * @param target the index that is to replace it; null if there is none
     */
    public record Indexed(CollectionRef collection, @Nullable IndexSpec target) {
        private static Indexed of(CatalogueRow row) {
            return new Indexed(row.collection().ref(), row.indexTarget());
        }
    }

    IndexWork(
            Transactions transactions,
            CatalogueRows rows,
            CatalogueChanges changes,
            Catalogue catalogue,
            CollectionProperties properties) {
        this.transactions = transactions;
        this.rows = rows;
        this.changes = changes;
        this.catalogue = catalogue;
        cacheTtl = properties.cacheTtl();
    }

    /** Finds a collection by its id; empty if it was deleted. */
    public Optional<Indexed> find(long id) {
        return transactions.read("look-up of a collection", _ -> rows.byId(id)).map(Indexed::of);
    }

    /**
     * Visits the collections of all namespaces, by id; collections created meanwhile may be left
     * out.
     */
    public void forEach(Consumer<CollectionRef> visitor) {
        long after = 0;
        List<CollectionRef> page;
        do {
            long from = after;
            page = transactions.read("list of collections", _ -> rows.refs(from, BATCH_MAX));
            for (CollectionRef collection : page) {
                visitor.accept(collection);
                after = collection.id();
            }
        } while (page.size() == BATCH_MAX);
    }

    /** Collections whose index is to be replaced, each with its target. */
    public List<Indexed> toReplace() {
        return transactions
                .read("list of index builds", _ -> rows.withIndexTarget(BATCH_MAX))
                .stream()
                .map(Indexed::of)
                .toList();
    }

    /** Makes the target the collection's index, unless another target has taken its place. */
    public void replaced(CollectionRef collection, IndexSpec target) {
        boolean isSwapped =
                transactions.write(
                        "swap of an index", _ -> rows.swapIndex(collection.id(), target));
        if (isSwapped) {
            catalogue.changed();
        }
    }

    /** Collections whose old index is to be dropped, as no instance uses it any more. */
    public List<CollectionRef> toDropOld() {
        return transactions
                .read("list of index swaps", _ -> rows.withSwappedIndex(cacheTtl, BATCH_MAX))
                .stream()
                .map(row -> row.collection().ref())
                .toList();
    }

    /** Records that the old index of a collection was dropped. */
    public void droppedOld(CollectionRef collection) {
        transactions.write(
                "swap of an index",
                _ -> {
                    rows.clearIndexSwapped(collection.id());
                    return true;
                });
    }

    /** How long other instances may still use the old index after a swap. */
    public Duration oldIndexLifetime() {
        return cacheTtl;
    }

    /** Deleted collections whose rows are still to be dropped. */
    public List<CollectionRef> toDrop() {
        return transactions.read("list of deleted collections", _ -> rows.dropped(BATCH_MAX));
    }

    /** Drops the rows of a deleted collection. Safe to repeat. */
    public void drop(CollectionRef collection) {
        changes.drop(collection);
    }
}

package dev.tributary.collection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.security.Names;
import dev.tributary.sql.Transactions;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * Finds collections by name. Results are cached for a second, so another instance may notice a
 * change that much later; changes made in this instance are seen at once. Safe for use by many
 * threads.
 */
@Component
public class Catalogue {
    private static final int CACHED_MAX = 10_000;

    private final CatalogueRows rows;
    private final Transactions transactions;
    private final Cache<Key, Collection> cache;

    /** Part of every key, so that a result looked up during a change is never used again. */
    private final AtomicLong epoch = new AtomicLong();

    private record Key(long epoch, String namespace, String name) {}

    Catalogue(CatalogueRows rows, Transactions transactions, CollectionProperties properties) {
        this.rows = rows;
        this.transactions = transactions;
        cache =
                Caffeine.newBuilder()
                        .maximumSize(CACHED_MAX)
                        .expireAfterWrite(properties.cacheTtl())
                        .build();
    }

    /**
     * Finds a collection of the caller's namespace by its name or an alias.
     *
     * @throws ServiceException {@code INVALID} for the field {@code collection} if it is not a
     *     valid name; {@code MISSING} if there is no such collection; {@code UNAVAILABLE}
     */
    public Collection resolve(Caller caller, String name) {
        Names.require("collection", name);
        return cache.get(new Key(epoch.get(), caller.namespace(), name), this::load);
    }

    /** Clears the cache. Call it after a change was committed, here or elsewhere. */
    void changed() {
        epoch.incrementAndGet();
    }

    static ServiceException missing(String namespace, String name) {
        return ServiceException.missing("collection", name)
                .withHint(
                        "PUT /collections/%1$s creates it; GET /collections lists those of namespace %2$s"
                                .formatted(name, namespace));
    }

    private Collection load(Key key) {
        return transactions
                .read("look-up of a collection", _ -> rows.resolve(key.namespace(), key.name()))
                .map(CatalogueRow::collection)
                .orElseThrow(() -> missing(key.namespace(), key.name()));
    }
}

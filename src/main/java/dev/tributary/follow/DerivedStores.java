package dev.tributary.follow;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.DerivedStore;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The derived stores that are configured, by name. Immutable. */
@Component
public class DerivedStores {
    private final Map<String, DerivedStore> stores = new TreeMap<>();

    DerivedStores(ObjectProvider<DerivedStore> beans) {
        beans.forEach(store -> stores.put(store.name(), store));
    }

    /** Their names, in order; empty if there are none. */
    public Set<String> names() {
        return Collections.unmodifiableSet(stores.keySet());
    }

    public boolean has(String name) {
        return stores.containsKey(name);
    }

    /**
     * Finds a store.
     *
     * @throws ServiceException {@code MISSING} with the code {@code store_not_found} if it is not
     *     configured
     */
    public DerivedStore require(String name) {
        DerivedStore store = stores.get(name);
        if (store == null) {
            throw ServiceException.missing("store", name)
                    .withHint(
                            stores.isEmpty()
                                    ? "set tributary.qdrant.enabled to true, and its host"
                                    : "configured are: " + String.join(", ", stores.keySet()));
        }
        return store;
    }
}

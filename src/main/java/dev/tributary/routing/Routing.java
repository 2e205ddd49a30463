package dev.tributary.routing;

import dev.tributary.follow.DerivedStores;
import dev.tributary.follow.Standings;
import dev.tributary.vector.RecordStore;
import org.springframework.stereotype.Component;

/** Puts the derived stores before the record store. Immutable. */
@Component
public class Routing {
    private final DerivedStores stores;
    private final Standings standings;

    Routing(DerivedStores stores, Standings standings) {
        this.stores = stores;
        this.standings = standings;
    }

    /** Wraps the record store so that a search may name a derived store. */
    public RecordStore routed(RecordStore records) {
        return stores.names().isEmpty()
                ? records
                : new RoutedRecordStore(records, stores, standings);
    }
}

package dev.tributary.routing;

import dev.tributary.follow.DerivedStores;
import dev.tributary.follow.Standings;
import dev.tributary.vector.ForwardingRecordStore;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.RankFusion;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * A record store whose searches may name a derived store. The others go on to the record store
 * unchanged. Safe for use by many threads.
 */
final class RoutedRecordStore extends ForwardingRecordStore {
    private final RecordStore records;
    private final DerivedStores stores;
    private final Standings standings;

    RoutedRecordStore(RecordStore records, DerivedStores stores, Standings standings) {
        super(records);
        this.records = records;
        this.stores = stores;
        this.standings = standings;
    }

    @Override
    public Set<String> names() {
        Set<String> names = new HashSet<>(records.names());
        names.addAll(stores.names());
        return Set.copyOf(names);
    }

    @Override
    public SearchResult search(Rows rows, VectorQuery query) {
        String store = query.options().store();
        return isOwn(store) ? records.search(rows, own(query)) : derived(rows, store).run(query);
    }

    @Override
    public SearchResult hybrid(Rows rows, HybridQuery query) {
        SearchOptions options = query.options();
        String store = options.store();
        var own =
                new HybridQuery(
                        query.embedding(), query.text(), query.fusion(), options.withStore(null));
        if (isOwn(store) || !query.fusion().hasVectorLeg()) {
            return records.hybrid(rows, own);
        }
        return RankFusion.search(derived(rows, store)::run, records, rows, own, aside());
    }

    private boolean isOwn(@Nullable String store) {
        return store == null || records.names().contains(store);
    }

    private static VectorQuery own(VectorQuery query) {
        return query.options().store() == null
                ? query
                : new VectorQuery(query.embedding(), query.options().withStore(null));
    }

    private DerivedSearch derived(Rows rows, @Nullable String store) {
        return new DerivedSearch(
                records, stores.require(Objects.requireNonNull(store)), standings, rows);
    }

    /** A thread for each text leg, with the request's id for its log lines. */
    private static Executor aside() {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return task ->
                Thread.ofVirtual()
                        .name("text-leg")
                        .start(() -> {
                            if (context != null) {
                                MDC.setContextMap(context);
                            }
                            task.run();
                        });
    }
}

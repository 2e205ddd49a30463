package dev.tributary.routing;

import dev.tributary.failure.ServiceException;
import dev.tributary.follow.Standing.Behind;
import dev.tributary.follow.Standing.InStep;
import dev.tributary.follow.Standings;
import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.Compared;
import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One search by vector: a derived store finds ids, and the record store has the last word on each.
 *
 * <p>First it is looked up how far the derived store has come; then that store is searched; then
 * the record store compares what was found together with what has changed since that position. A
 * write that was committed before the search began is thus either in the derived store when it is
 * searched, or among the changes. The record store applies the filter and the tenant again, and
 * drops what is gone, so that no answer has a row that PostgreSQL would not give.
 *
 * <p>The derived store is asked for more than {@code topK}, as some of what it finds may be stale,
 * and once again for still more if that was too little. A page that stays short is PostgreSQL's to
 * fill: only it can tell whether there is nothing else.
 */
final class DerivedSearch {
    private static final Logger log = LoggerFactory.getLogger(DerivedSearch.class);

    /** More than asked for, by this share and at least by so many. */
    private static final int MORE_SHARE = 4;

    private static final int MORE_MIN = 10;

    /** A position is about a second old at first, and good for ten. */
    private static final Duration SEARCH_MAX = Duration.ofSeconds(8);

    private final RecordStore records;
    private final DerivedStore store;
    private final Standings standings;
    private final Rows rows;

    DerivedSearch(RecordStore records, DerivedStore store, Standings standings, Rows rows) {
        this.records = records;
        this.store = store;
        this.standings = standings;
        this.rows = rows;
    }

    SearchResult run(VectorQuery asked) {
        var query = new VectorQuery(asked.embedding(), asked.options().withStore(null));
        Optional<String> refusal = store.refusal(rows.collection(), query.within(rows));
        if (refusal.isPresent()) {
            return instead(query, refusal.get());
        }
        return switch (standings.of(rows.collection(), store.name())) {
            case Behind(String reason) -> instead(query, reason);
            case InStep inStep -> {
                try {
                    yield search(query, inStep);
                } catch (ServiceException e) {
                    if (!isStoresFault(e)) {
                        throw e;
                    }
                    log.debug("a search went on without {}", store.name(), e);
                    yield instead(query, "it failed: " + e.getMessage());
                }
            }
        };
    }

    /** The record store itself does not throw these codes. */
    private boolean isStoresFault(ServiceException e) {
        return e.code().startsWith(store.name() + "_");
    }

    /** PostgreSQL answers, with a warning. */
    private SearchResult instead(VectorQuery query, String reason) {
        return records.search(rows, query)
                .withWarning(
                        "PostgreSQL answered instead of %s: %s".formatted(store.name(), reason))
                .after(List.of(step("declined", reason, 0, 0, Map.of())));
    }

    private SearchResult search(VectorQuery query, InStep inStep) {
        long begunNanos = System.nanoTime();
        SearchOptions options = query.options();
        List<Explanation.Step> steps = new ArrayList<>();
        int limit =
                Math.min(
                        RecordStore.TOP_K_MAX,
                        options.topK() + Math.max(MORE_MIN, options.topK() / MORE_SHARE));
        for (int round = 1; ; round++) {
            List<UUID> found = find(query, inStep, limit, steps);
            boolean hasMore = found.size() >= limit && limit < RecordStore.TOP_K_MAX;
            if (found.size() < options.topK()) {
                return shortOf(query, found.size(), steps);
            }
            long foundNanos = System.nanoTime();
            Compared compared = records.nearestOf(rows, query, found, inStep.position());
            if (System.nanoTime() - begunNanos > SEARCH_MAX.toNanos()) {
                return instead(query, "it took too long");
            }
            Optional<ChangePosition> now = compared.position();
            if (now.isEmpty() || compared.changes() > RecordStore.CHANGED_MAX) {
                return instead(
                        query,
                        now.isEmpty()
                                ? "it has missed changes"
                                : "it is more than %,d changes behind"
                                        .formatted(RecordStore.CHANGED_MAX));
            }
            standings.moved(inStep.generation(), store.name(), now.get(), foundNanos);
            if (isWhole(compared, options)) {
                return compared.result().after(steps).from(store.name());
            }
            if (!hasMore || round == 2) {
                return shortOf(query, compared.unchanged(), steps);
            }
            limit = RecordStore.TOP_K_MAX;
        }
    }

    private SearchResult shortOf(VectorQuery query, int current, List<Explanation.Step> steps) {
        String reason =
                "%s found %,d chunks that count, too few for the page"
                        .formatted(store.name(), current);
        steps.add(step("short", reason, 0, 0, Map.of()));
        return records.search(rows, query).after(steps);
    }

    /**
     * Whether the page is the nearest there is. What the store has not returned is farther than
     * each chunk that is still where the store has found it, so with {@code topK} of them it is; a
     * page filled up with chunks that have moved away would not be.
     */
    private static boolean isWhole(Compared compared, SearchOptions options) {
        boolean isFull = compared.result().hits().size() == options.topK();
        return compared.unchanged() >= options.topK() && (isFull || options.threshold() != null);
    }

    private List<UUID> find(
            VectorQuery query, InStep inStep, int limit, List<Explanation.Step> steps) {
        SearchOptions options =
                query.within(rows)
                        .options()
                        .withTopK(limit)
                        .withThreshold(null)
                        .withInclude(Set.of());
        long begun = System.nanoTime();
        List<UUID> found =
                store.nearest(inStep.generation(), new VectorQuery(query.embedding(), options));
        double took = (System.nanoTime() - begun) / 1e6;
        if (query.options().explain()) {
            steps.add(
                    step(
                            store.name(),
                            "params.store asks for it",
                            found.size(),
                            took,
                            Map.of(
                                    "generation",
                                    inStep.generation().number(),
                                    "limit",
                                    limit,
                                    "exact",
                                    options.exact())));
        }
        return found;
    }

    private static Explanation.Step step(
            String path, String reason, int rowsScanned, double tookMs, Map<String, Object> plan) {
        return new Explanation.Step(
                path,
                reason,
                rowsScanned,
                tookMs,
                tookMs == 0 ? Map.of() : Map.of("vector", tookMs),
                plan);
    }
}

package dev.tributary.routing;

import dev.tributary.failure.ServiceException;
import dev.tributary.follow.Standing.Behind;
import dev.tributary.follow.Standing.InStep;
import dev.tributary.follow.Standings;
import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
 * <p>First it is read which changes the derived store may not have yet; then that store is
 * searched; then the record store compares what was found together with what has changed. A write
 * that was committed before the search began is thus either in the derived store when it is
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
        SearchOptions options = query.options();
        List<Explanation.Step> steps = new ArrayList<>();
        int limit =
                Math.min(
                        RecordStore.TOP_K_MAX,
                        options.topK() + Math.max(MORE_MIN, options.topK() / MORE_SHARE));
        for (int round = 1; ; round++) {
            List<UUID> found = find(query, inStep, limit, steps);
            int current = current(found, inStep);
            if (current >= options.topK()) {
                SearchResult result = compare(query, inStep, found);
                if (result.hits().size() == options.topK()) {
                    return result.after(steps).from(store.name());
                }
            }
            boolean hasMore = found.size() >= limit && limit < RecordStore.TOP_K_MAX;
            if (!hasMore || round == 2 || options.threshold() != null) {
                String reason =
                        "%s found %,d chunks, of which %,d have not changed, too few for the page"
                                .formatted(store.name(), found.size(), current);
                steps.add(step("short", reason, 0, 0, Map.of()));
                return records.search(rows, query).after(steps);
            }
            limit = RecordStore.TOP_K_MAX;
        }
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
                                    options.exact(),
                                    "pending",
                                    inStep.pending().size())));
        }
        return found;
    }

    /**
     * How many found chunks are where the store has found them. What it has not returned is farther
     * than each of them, so with {@code topK} of them the page is the nearest there is; a page
     * filled up with chunks that have moved away would not be.
     */
    private static int current(List<UUID> found, InStep inStep) {
        Set<UUID> pending = new HashSet<>(inStep.pending());
        return (int) found.stream().filter(id -> !pending.contains(id)).count();
    }

    private SearchResult compare(VectorQuery query, InStep inStep, List<UUID> found) {
        Set<UUID> ids = new LinkedHashSet<>(found);
        ids.addAll(inStep.pending());
        return records.nearestOf(rows, query, List.copyOf(ids));
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

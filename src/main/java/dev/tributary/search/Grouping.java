package dev.tributary.search;

import dev.tributary.search.Groups.Members;
import dev.tributary.search.SearchSpec.Group;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Hit;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds the best groups and the best hits of each, even if many chunks of one group are nearer than
 * the first chunk of another. An instance serves one search.
 *
 * <p>The store cannot group. It is first searched for more hits than the groups requested, then
 * again without the groups found so far, until there are enough groups, and finally for hits that
 * these groups still lack.
 */
final class Grouping {
    /** Most searches of the store for one answer. */
    static final int CALLS_MAX = 12;

    /** Searches reserved for filling the groups that were found. */
    private static final int CALLS_KEPT = 2;

    private static final int LIMIT_MIN = 50;
    private static final int LIMIT_MAX = VectorStore.TOP_K_MAX;

    private final StoreSearch search;
    private final SearchOptions options;
    private final Group group;
    private final Groups groups;
    private boolean complete = true;
    private boolean cutShort;

    /**
     * Prepares a search.
     *
     * @param options the search options; their {@code topK} is the number of groups
     */
    Grouping(StoreSearch search, SearchOptions options, Group group) {
        this.search = search;
        this.options = options.withInclude(group.by().include());
        this.group = group;
        groups = new Groups(group, options.topK());
    }

    /** Returns the hits, without content, metadata and embedding. */
    RankedHits find() {
        findGroups();
        if (!groups.isEmpty()) {
            if (search.isHybrid()) {
                rankWithinGroups();
            } else {
                fill();
                groups.sortByScore();
            }
        }
        return new RankedHits(groups.hits(), complete && !cutShort);
    }

    /** True if {@link #CALLS_MAX} was reached before all groups were found and filled. */
    boolean isCutShort() {
        return cutShort;
    }

    private void findGroups() {
        int limit = search.isHybrid() ? LIMIT_MAX : limit(4 * options.topK() * group.size());
        while (true) {
            SearchResult result = ask(others(), limit);
            boolean isLast = result.hits().size() < limit;
            groups.add(result.hits(), values(result), isLast && result.complete());
            if (groups.isFull()) {
                return;
            }
            if (isLast) {
                complete = result.complete();
                return;
            }
            if (search.calls() >= CALLS_MAX - CALLS_KEPT) {
                cutShort = true;
                return;
            }
            limit = LIMIT_MAX;
        }
    }

    private SearchOptions others() {
        return groups.isEmpty() ? options : options.and(new Filter.Not(groups.only(groups.all())));
    }

    /**
     * Each search returns more hits than the open groups lack together, so it completes at least
     * one group.
     */
    private void fill() {
        List<Members> open = groups.open();
        while (!open.isEmpty()) {
            if (search.calls() >= CALLS_MAX) {
                cutShort = true;
                return;
            }
            int limit = limit(2 * open.size() * group.size());
            SearchResult result = ask(options.and(groups.only(open)), limit);
            groups.add(result.hits(), values(result), false);
            if (result.hits().size() < limit) {
                complete &= result.complete();
                return;
            }
            open = groups.open();
        }
    }

    /**
     * Searches the groups found and nothing else, so that ranks are those among their chunks. A
     * group that falls short because others fill the legs is searched separately.
     */
    private void rankWithinGroups() {
        SearchResult result = ask(options.and(groups.only(groups.all())), LIMIT_MAX);
        groups.replace(result.hits(), values(result));
        if (result.hits().size() < LIMIT_MAX) {
            complete &= result.complete();
            return;
        }
        for (Members members : groups.open()) {
            if (search.calls() >= CALLS_MAX) {
                cutShort = true;
                return;
            }
            SearchResult own = ask(options.and(groups.only(List.of(members))), group.size());
            groups.replace(members, own.hits());
            complete &= own.complete();
        }
    }

    private SearchResult ask(SearchOptions wanted, int limit) {
        return search.run(wanted.withTopK(limit));
    }

    private Map<UUID, Object> values(SearchResult result) {
        List<Hit> hits = result.hits();
        return group.by().valuesOf(hits, search::lookUp);
    }

    private static int limit(int hits) {
        return Math.clamp(hits, LIMIT_MIN, LIMIT_MAX);
    }
}

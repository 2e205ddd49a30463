package dev.tributary.search;

import dev.tributary.vector.Explanation;
import dev.tributary.vector.Hit;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs one query against one collection, as often as grouping needs, with different options each
 * time. What the store returns beside hits goes into the report. Not safe for use by several
 * threads.
 */
final class StoreSearch {
    private final RecordStore store;
    private final Rows rows;
    private final Function<SearchOptions, SearchResult> query;
    private final boolean hybrid;
    private final SearchReport report;
    private int calls;

    private StoreSearch(
            RecordStore store,
            Rows rows,
            Function<SearchOptions, SearchResult> query,
            boolean hybrid,
            SearchReport report) {
        this.store = store;
        this.rows = rows;
        this.query = query;
        this.hybrid = hybrid;
        this.report = report;
    }

    static StoreSearch of(RecordStore store, Rows rows, VectorQuery query, SearchReport report) {
        return new StoreSearch(
                store,
                rows,
                options -> store.search(rows, new VectorQuery(query.embedding(), options)),
                false,
                report);
    }

    static StoreSearch of(RecordStore store, Rows rows, HybridQuery query, SearchReport report) {
        return new StoreSearch(
                store,
                rows,
                options ->
                        store.hybrid(
                                rows,
                                new HybridQuery(
                                        query.embedding(), query.text(), query.fusion(), options)),
                true,
                report);
    }

    boolean isHybrid() {
        return hybrid;
    }

    /**
     * Runs the query with these options. Only the warnings and the store of the first run are
     * reported.
     */
    SearchResult run(SearchOptions options) {
        SearchResult result = query.apply(options);
        if (calls++ == 0) {
            result.warnings().forEach(report::warn);
            report.store(result.store());
        }
        Explanation explanation = result.explanation();
        if (explanation != null) {
            report.add(explanation);
        }
        return result;
    }

    /** How often the query was run. */
    int calls() {
        return calls;
    }

    /** The chunks with these ids, without content, metadata and embedding; at most 1,000. */
    List<StoredChunk> lookUp(List<UUID> ids) {
        return store.get(rows, ids, Set.of());
    }

    /** The chunks with these ids and their content; at most 1,000. */
    List<StoredChunk> contents(List<UUID> ids) {
        return store.get(rows, ids, Set.of(Include.CONTENT));
    }

    /**
     * Adds the included parts to hits, at most 1,000. Leaves out chunks that were deleted since
     * they were found.
     */
    List<RankedHit> fill(List<RankedHit> hits, Set<Include> include) {
        if (include.isEmpty()) {
            return hits;
        }
        List<UUID> ids = hits.stream().map(ranked -> ranked.hit().id()).toList();
        Map<UUID, StoredChunk> chunks =
                store.get(rows, ids, include).stream()
                        .collect(Collectors.toMap(StoredChunk::id, Function.identity()));
        List<RankedHit> filled = new ArrayList<>();
        for (RankedHit ranked : hits) {
            Hit hit = ranked.hit();
            StoredChunk chunk = chunks.get(hit.id());
            if (chunk != null) {
                filled.add(
                        ranked.withHit(
                                hit.with(chunk.content(), chunk.metadata(), chunk.embedding())));
            }
        }
        return filled;
    }
}

package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.pgvector.SearchSql.Scope;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One search, from its first statement to an answer that is true to its word: through the index
 * first, unless few rows match; if that comes back short, and not because there is no more, again
 * over every matching row. Not for use by several threads.
 */
final class SearchRun {
    private final Store store;
    private final Scope scope;
    private final Request request;
    private final SearchOptions options;
    private final List<Explanation.Step> steps = new ArrayList<>();

    private interface Reader {
        SearchRows read(Session session, Sql sql) throws SQLException;
    }

    /** What is asked, and how the answer is read. */
    private record Request(
            SearchOptions options,
            boolean hasVectorLeg,
            Function<SearchSql, Sql> statement,
            Reader reader) {}

    /** What every search of a store needs. */
    record Store(
            Database database,
            PgVectorProperties properties,
            ExtensionVersion version,
            Selectivity selectivity,
            IndexBoundaries states) {
        SearchSql sql(Scope scope, Effort effort) {
            return new SearchSql(properties, version, scope, effort);
        }

        private Scope scope(CollectionRef collection, Restriction restriction) {
            return new Scope(collection, restriction, states.of(collection));
        }
    }

    private SearchRun(Store store, Scope scope, Request request) {
        this.store = store;
        this.scope = scope;
        this.request = request;
        options = request.options();
    }

    static SearchRun of(Store store, CollectionRef collection, VectorQuery query) {
        return new SearchRun(
                store,
                store.scope(collection, Restriction.of(query.options().filter())),
                new Request(
                        query.options(),
                        true,
                        sql -> sql.vector(query),
                        (session, sql) ->
                                SearchRows.read(session, sql, collection.metric(), query)));
    }

    static SearchRun of(Store store, CollectionRef collection, HybridQuery query) {
        return new SearchRun(
                store,
                store.scope(
                        collection,
                        new Restriction(query.options().filter(), query.text().excluded())),
                new Request(
                        query.options(),
                        query.fusion().hasVectorLeg(),
                        sql -> sql.hybrid(query),
                        (session, sql) -> SearchRows.read(session, sql, query)));
    }

    SearchResult answer() {
        if (options.exact()) {
            return result(run(Effort.EXHAUSTIVE, "params.exact asks for it"), true);
        }
        Restriction restriction = scope.restriction();
        boolean isWalked =
                restriction.isNone()
                        || store.selectivity().keepsMany(scope.collection(), restriction);
        SearchRows first = run(isWalked ? Effort.INDEXED : Effort.PROBED, "");
        store.selectivity().learn(scope.collection(), restriction, first.matching());
        boolean isSure = (first.exact() || !request.hasVectorLeg()) && first.termsLeftOut() == 0;
        if (isSure || (first.hits().size() >= options.topK() && !isVectorLegShort(first))) {
            return result(first, true);
        }
        if (mayMissThreshold(first)) {
            List<String> warnings = new ArrayList<>(first.warnings());
            warnings.add(
                    "fewer than top_k rows reached the threshold, and the index may have missed"
                            + " some: set params.exact to be sure");
            return new SearchResult(first.hits(), false, warnings, explanation());
        }
        return result(
                run(
                        Effort.EXHAUSTIVE,
                        "the search before found %,d of %,d and could not tell whether there are more"
                                .formatted(first.hits().size(), options.topK())),
                true);
    }

    /** Comparing every row of a large collection for a threshold is left to who asks for it. */
    private boolean mayMissThreshold(SearchRows rows) {
        return request.hasVectorLeg()
                && options.threshold() != null
                && !rows.exact()
                && rows.rowsEstimate() > store.properties().thresholdRowsMax();
    }

    /** Where the filter kept too few of the rows that were walked past, a full page is no proof. */
    private boolean isVectorLegShort(SearchRows rows) {
        IndexBoundary indexed = scope.indexed();
        return rows.walked() != null
                && indexed != null
                && !rows.exact()
                && rows.walked() < Math.min(options.topK(), indexed.rows());
    }

    private SearchResult result(SearchRows rows, boolean complete) {
        return new SearchResult(rows.hits(), complete, rows.warnings(), explanation());
    }

    private SearchRows run(Effort effort, String reason) {
        Sql statement = request.statement().apply(store.sql(scope, effort));
        SearchRows rows =
                store.database()
                        .read("search", session -> request.reader().read(session, statement));
        if (options.explain()) {
            SearchPlan plan =
                    store.database()
                            .read(
                                    "explanation of a search",
                                    session -> SearchPlan.of(session, statement));
            steps.add(
                    plan.step(
                            path(effort, rows), reason.isEmpty() ? reason(effort, rows) : reason));
        }
        return rows;
    }

    private String path(Effort effort, SearchRows rows) {
        if (!request.hasVectorLeg()) {
            return "text_only";
        }
        if (effort == Effort.EXHAUSTIVE) {
            return "exhaustive";
        }
        if (!rows.exact()) {
            return "index";
        }
        return scope.restriction().isNone() ? "small_collection" : "filtered_exact";
    }

    private String reason(Effort effort, SearchRows rows) {
        if (!request.hasVectorLeg()) {
            return "the vector leg has no weight";
        }
        IndexBoundary indexed = scope.indexed();
        if (indexed == null || (indexed.rows() == 0 && rows.exact())) {
            return scope.collection().index().type() == IndexSpec.Type.NONE
                    ? "the collection has no index"
                    : "no row is in the index yet";
        }
        if (scope.restriction().isNone()) {
            return "the table has %s %s, below which every row is compared"
                    .formatted(
                            rows.exact() ? "at most" : "more than",
                            store.properties().exactSizeMax());
        }
        if (effort == Effort.INDEXED) {
            return "the filter was found to keep more than %,d rows lately"
                    .formatted(store.properties().exactRowsMax());
        }
        return rows.exact()
                ? "the filter keeps %,d rows, at most %,d are all compared"
                        .formatted(rows.matching(), store.properties().exactRowsMax())
                : "the filter keeps more than %,d rows"
                        .formatted(store.properties().exactRowsMax());
    }

    private @Nullable Explanation explanation() {
        return options.explain() ? new Explanation(steps) : null;
    }
}

package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.pgvector.SearchSql.Scope;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One search, run until its result keeps the promise of {@link SearchResult#complete}. It uses the
 * index first, unless few rows match. If that returns too few hits and more may exist, it compares
 * every matching row. Not safe for use by several threads.
 */
abstract sealed class SearchRun {
    private final Store store;
    private final Scope scope;
    private final SearchOptions options;
    private final boolean hasVectorLeg;
    private final List<Explanation.Step> steps = new ArrayList<>();

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

    /** By vector alone. */
    private static final class ByVector extends SearchRun {
        private final Metric metric;
        private final VectorQuery query;

        private ByVector(Store store, CollectionRef collection, VectorQuery query) {
            super(
                    store,
                    store.scope(collection, Restriction.of(query.options().filter())),
                    query.options(),
                    true);
            this.metric = collection.metric();
            this.query = query;
        }

        @Override
        Sql statement(SearchSql sql) {
            return sql.vector(query);
        }

        @Override
        SearchRows read(Session session, Sql statement) throws SQLException {
            return SearchRows.read(session, statement, metric, query);
        }
    }

    /** By vector and words. */
    private static final class Hybrid extends SearchRun {
        private final String language;
        private final HybridQuery query;

        private Hybrid(Store store, CollectionRef collection, HybridQuery query) {
            super(
                    store,
                    store.scope(
                            collection,
                            new Restriction(query.options().filter(), query.text().excluded())),
                    query.options(),
                    query.fusion().hasVectorLeg());
            language = collection.text().language();
            this.query = query;
        }

        @Override
        Sql statement(SearchSql sql) {
            return sql.hybrid(query);
        }

        @Override
        SearchRows read(Session session, Sql statement) throws SQLException {
            return SearchRows.read(session, statement, language, query);
        }
    }

    private SearchRun(Store store, Scope scope, SearchOptions options, boolean hasVectorLeg) {
        this.store = store;
        this.scope = scope;
        this.options = options;
        this.hasVectorLeg = hasVectorLeg;
    }

    static SearchRun of(Store store, CollectionRef collection, VectorQuery query) {
        return new ByVector(store, collection, query);
    }

    static SearchRun of(Store store, CollectionRef collection, HybridQuery query) {
        return new Hybrid(store, collection, query);
    }

    /** The statement that runs the query. */
    abstract Sql statement(SearchSql sql);

    /** Runs the statement. */
    abstract SearchRows read(Session session, Sql statement) throws SQLException;

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
        boolean isSure = (first.exact() || !hasVectorLeg) && first.termsLeftOut() == 0;
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
                        "the previous search found %,d of %,d and could not tell whether there are more"
                                .formatted(first.hits().size(), options.topK())),
                true);
    }

    /**
     * Whether to return an incomplete result: a large collection is not compared row by row because
     * of a threshold unless the caller asks for that.
     */
    private boolean mayMissThreshold(SearchRows rows) {
        return hasVectorLeg
                && options.threshold() != null
                && !rows.exact()
                && rows.rowsEstimate() > store.properties().thresholdRowsMax();
    }

    /**
     * Whether the vector leg fell short: if the filter kept too few walked rows, a full page proves
     * nothing.
     */
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
        Sql statement = statement(store.sql(scope, effort));
        SearchRows rows = store.database().read("search", session -> read(session, statement));
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
        if (!hasVectorLeg) {
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
        if (!hasVectorLeg) {
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
            return "the filter kept more than %,d rows in a recent search"
                    .formatted(store.properties().exactRowsMax());
        }
        return rows.exact()
                ? "the filter keeps %,d rows, and up to %,d are all compared"
                        .formatted(rows.matching(), store.properties().exactRowsMax())
                : "the filter keeps more than %,d rows"
                        .formatted(store.properties().exactRowsMax());
    }

    private @Nullable Explanation explanation() {
        return options.explain() ? new Explanation(steps) : null;
    }
}

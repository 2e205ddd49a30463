package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.TextQuery;
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
    private final Database database;
    private final PgVectorProperties properties;
    private final Selectivity selectivity;
    private final CollectionRef collection;
    private final Restriction restriction;
    private final SearchOptions options;
    private final boolean hasVectorLeg;
    private final Function<Effort, Sql> sql;
    private final Reader reader;
    private final List<Explanation.Step> steps = new ArrayList<>();

    private interface Reader {
        SearchRows read(Session session, Sql sql) throws SQLException;
    }

    /** What every search of a store needs. */
    record Store(
            Database database,
            PgVectorProperties properties,
            ExtensionVersion version,
            Selectivity selectivity) {
        SearchSql sql(CollectionRef collection, Restriction restriction, Effort effort) {
            return new SearchSql(properties, version, collection, restriction, effort);
        }
    }

    SearchRun(Store store, CollectionRef collection, VectorQuery query) {
        database = store.database();
        properties = store.properties();
        selectivity = store.selectivity();
        this.collection = collection;
        options = query.options();
        restriction = Restriction.of(options.filter());
        hasVectorLeg = true;
        sql = effort -> store.sql(collection, restriction, effort).vector(query);
        reader = (session, s) -> SearchRows.read(session, s, collection.metric(), query);
    }

    SearchRun(Store store, CollectionRef collection, HybridQuery query) {
        TextQuery text = query.text();
        database = store.database();
        properties = store.properties();
        selectivity = store.selectivity();
        this.collection = collection;
        options = query.options();
        restriction = new Restriction(options.filter(), text.excluded());
        hasVectorLeg = query.fusion().hasVectorLeg();
        sql = effort -> store.sql(collection, restriction, effort).hybrid(query);
        reader = (session, s) -> SearchRows.read(session, s, query);
    }

    SearchResult answer() {
        if (options.exact()) {
            return result(run(Effort.EXHAUSTIVE, "params.exact asks for it"), true);
        }
        boolean keepsMany = !restriction.isNone() && selectivity.keepsMany(collection, restriction);
        SearchRows first =
                run(keepsMany || restriction.isNone() ? Effort.INDEXED : Effort.PROBED, "");
        selectivity.learn(collection, restriction, first.matching());
        boolean isSure = (first.exact() || !hasVectorLeg) && first.termsLeftOut() == 0;
        if (isSure || (first.hits().size() >= options.topK() && !isVectorLegShort(first))) {
            return result(first, true);
        }
        boolean hasLeastSimilarity = hasVectorLeg && options.threshold() != null && !first.exact();
        if (hasLeastSimilarity && first.rowsEstimate() > properties.thresholdRowsMax()) {
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

    /** Where the filter kept too few of the rows that were walked past, a full page is no proof. */
    private boolean isVectorLegShort(SearchRows rows) {
        return hasVectorLeg
                && !rows.exact()
                && options.threshold() == null
                && rows.vectorFound() < options.topK();
    }

    private SearchResult result(SearchRows rows, boolean complete) {
        return new SearchResult(rows.hits(), complete, rows.warnings(), explanation());
    }

    private SearchRows run(Effort effort, String reason) {
        Sql statement = sql.apply(effort);
        SearchRows rows = database.read("search", session -> reader.read(session, statement));
        if (options.explain()) {
            SearchPlan plan =
                    database.read(
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
        return restriction.isNone() ? "small_collection" : "filtered_exact";
    }

    private String reason(Effort effort, SearchRows rows) {
        if (!hasVectorLeg) {
            return "the vector leg has no weight";
        }
        if (collection.index().type() == IndexSpec.Type.NONE) {
            return "the collection has no index";
        }
        if (restriction.isNone()) {
            return "the table has %s %s, below which every row is compared"
                    .formatted(rows.exact() ? "at most" : "more than", properties.exactSizeMax());
        }
        if (effort == Effort.INDEXED) {
            return "the filter was found to keep more than %,d rows lately"
                    .formatted(properties.exactRowsMax());
        }
        return rows.exact()
                ? "the filter keeps %,d rows, at most %,d are all compared"
                        .formatted(rows.matching(), properties.exactRowsMax())
                : "the filter keeps more than %,d rows".formatted(properties.exactRowsMax());
    }

    private @Nullable Explanation explanation() {
        return options.explain() ? new Explanation(steps) : null;
    }
}

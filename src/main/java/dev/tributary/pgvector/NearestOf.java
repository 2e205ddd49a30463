package dev.tributary.pgvector;

import com.pgvector.PGvector;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Metric;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Compares chunks that another store has found, by the primary key: one statement, which reads
 * these rows alone, in their current state.
 */
final class NearestOf {
    private final Database database;
    private final PgVectorProperties properties;

    NearestOf(Database database, PgVectorProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    SearchResult run(Rows rows, VectorQuery query, List<UUID> ids) {
        SearchOptions options = query.options();
        Sql sql = sql(rows, query, ids);
        Metric metric = rows.collection().metric();
        List<Hit> hits =
                database.read(
                        "comparison of chunks", session -> read(session, sql, metric, options));
        return new SearchResult(
                hits, true, List.of(), options.explain() ? explanation(sql, ids) : null);
    }

    private Explanation explanation(Sql sql, List<UUID> ids) {
        SearchPlan plan =
                database.read("explanation of a search", session -> SearchPlan.of(session, sql));
        return new Explanation(
                List.of(
                        plan.step(
                                "compared",
                                "%,d chunks that were found or changed lately"
                                        .formatted(ids.size()))));
    }

    /**
     * The settings first, as in {@link SearchSql}. A custom plan knows how many ids there are: a
     * generic one takes them for ten.
     */
    Sql sql(Rows rows, VectorQuery query, List<UUID> ids) {
        CollectionRef collection = rows.collection();
        SearchOptions options = query.options();
        var leg =
                new VectorLegSql(
                        properties, collection, Sql.of("true"), SearchSql.Effort.EXHAUSTIVE, null);
        String columns = ChunkRows.hitColumns(options.include());
        var sql =
                new Sql.Builder()
                        .add(
                                "SELECT set_config('statement_timeout', '%dms', true), set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true);\n"
                                        .formatted(properties.statementTimeout().toMillis()))
                        .add(
                                "WITH q AS MATERIALIZED (SELECT ? AS v),\n",
                                new PGvector(query.embedding().toArray()))
                        .add("hit AS (SELECT " + columns + ", ")
                        .add(IndexExpression.exact(collection).rowDistance() + " AS distance FROM ")
                        .add(Partitions.rows(collection))
                        .add(" AND id = ANY (?) AND ", new Texts("uuid", ids))
                        .add(FilterSql.condition(rows.restrict(options.filter())))
                        .add(")\nSELECT * FROM hit");
        leg.addThreshold(sql, " WHERE distance", options.threshold());
        return sql.add(" ORDER BY distance, id LIMIT " + options.topK()).build();
    }

    private static List<Hit> read(
            Database.Session session, Sql sql, Metric metric, SearchOptions options)
            throws SQLException {
        List<Hit> hits = new ArrayList<>();
        try (PreparedStatement statement = session.prepareSelfTimed(sql)) {
            VectorTypes.register(session.connection());
            statement.execute();
            // The first result belongs to the settings.
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    double distance = row.getDouble("distance");
                    hits.add(
                            SearchRows.hit(
                                    row,
                                    metric.score(distance),
                                    distance,
                                    null,
                                    options.include()));
                }
            }
        }
        return hits;
    }
}

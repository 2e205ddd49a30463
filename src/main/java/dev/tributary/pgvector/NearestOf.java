package dev.tributary.pgvector;

import com.pgvector.PGvector;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Compared;
import dev.tributary.vector.Explanation;
import dev.tributary.vector.Hit;
import dev.tributary.vector.Metric;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Compares chunks that another store has found, and those that it may not have as they are: one
 * statement, which reads these rows alone, by the primary key and in their current state.
 *
 * <p>What has changed since a position is read in the same statement, and thus after that store was
 * searched: a change that it was told of meanwhile is among them all the same, as the log keeps
 * what was told for a while.
 */
final class NearestOf {
    private final Database database;
    private final PgVectorProperties properties;

    NearestOf(Database database, PgVectorProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    Compared run(Rows rows, VectorQuery query, List<UUID> ids, ChangePosition since) {
        SearchOptions options = query.options();
        Sql sql = sql(rows, query, ids, since);
        Metric metric = rows.collection().metric();
        Compared compared =
                database.read(
                        "comparison of chunks",
                        session -> read(session, sql, metric, options, since.follower()));
        return options.explain() ? explained(compared, sql, ids.size()) : compared;
    }

    private Compared explained(Compared compared, Sql sql, int found) {
        SearchPlan plan =
                database.read("explanation of a search", session -> SearchPlan.of(session, sql));
        String reason =
                "%,d chunks that were found, and those of the last %,d changes"
                        .formatted(found, compared.changes());
        return new Compared(
                new SearchResult(
                        compared.result().hits(),
                        true,
                        List.of(),
                        new Explanation(List.of(plan.step("compared", reason)))),
                compared.unchanged(),
                compared.changes(),
                compared.position());
    }

    /**
     * The settings first, as in {@link SearchSql}. Whatever the number of rows, the primary key
     * leads to each, so that one plan is kept for all: planning took longer than the rest. {@code
     * OFFSET 0} keeps the planner from beginning with the filter.
     *
     * <p>There is a row for the state even if there are no hits.
     */
    Sql sql(Rows rows, VectorQuery query, List<UUID> ids, ChangePosition since) {
        CollectionRef collection = rows.collection();
        SearchOptions options = query.options();
        var leg =
                new VectorLegSql(
                        properties, collection, Sql.of("true"), SearchSql.Effort.EXHAUSTIVE, null);
        var sql =
                new Sql.Builder()
                        .add(
                                """
                                SELECT set_config('statement_timeout', '%dms', true), set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true);
                                """
                                        .formatted(properties.statementTimeout().toMillis()))
                        .add(
                                """
                                WITH q AS MATERIALIZED (SELECT ? AS v, CAST(? AS chunk_position) AS since),
                                change AS MATERIALIZED (
                                SELECT chunk_id FROM q, chunk_changes_since(%1$d, since, %2$d) UNION ALL
                                (SELECT chunk_id FROM chunk_set_aside WHERE collection_id = %1$d AND name = ? LIMIT %2$d)),
                                found AS MATERIALIZED (SELECT unnest(?) AS id),
                                candidate AS (
                                SELECT id FROM found UNION
                                SELECT chunk_id FROM change WHERE (SELECT count(*) FROM change) <= %3$d),
                                """
                                        .formatted(
                                                collection.id(),
                                                RecordStore.CHANGED_MAX + 1,
                                                RecordStore.CHANGED_MAX),
                                new PGvector(query.embedding().toArray()),
                                since.text(),
                                since.follower(),
                                new Texts("uuid", ids))
                        .add(
                                "hit AS MATERIALIZED (SELECT looked_up.* FROM candidate, LATERAL (\nSELECT ")
                        .add(ChunkRows.hitColumns(options.include()) + ", ")
                        .add(IndexExpression.exact(collection).rowDistance() + " AS distance FROM ")
                        .add(Partitions.rows(collection) + " AND id = candidate.id AND ")
                        .add(FilterSql.condition(rows.restrict(options.filter())))
                        .add(" OFFSET 0) AS looked_up),\npage AS (SELECT * FROM hit");
        leg.addThreshold(sql, " WHERE distance", options.threshold());
        return sql.add(
                        """
                         ORDER BY distance, id LIMIT %1$d)
                        SELECT (SELECT count(*) FROM change) AS changes,
                        (SELECT count(*) FROM hit WHERE id IN (SELECT id FROM found) AND id NOT IN (SELECT chunk_id FROM change)) AS unchanged,
                        (SELECT CAST(CAST(ROW(cluster, seen, upto, told_xact, told_number) AS chunk_position) AS text) FROM chunk_follower WHERE collection_id = %2$d AND name = ? AND broken_at IS NULL AND cluster = (SELECT (since).cluster FROM q)) AS position,
                        page.* FROM q LEFT JOIN page ON true ORDER BY distance, id\
                        """
                                .formatted(options.topK(), collection.id()),
                        since.follower())
                .build();
    }

    private static Compared read(
            Database.Session session,
            Sql sql,
            Metric metric,
            SearchOptions options,
            String follower)
            throws SQLException {
        try (PreparedStatement statement = session.prepareSelfTimed(sql)) {
            VectorTypes.register(session.connection());
            statement.execute();
            // The first result belongs to the settings.
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                int changes = row.getInt("changes");
                int unchanged = row.getInt("unchanged");
                var position =
                        Optional.ofNullable(row.getString("position"))
                                .map(text -> new ChangePosition(follower, text));
                var result = new SearchResult(hits(row, metric, options), true, List.of(), null);
                return new Compared(result, unchanged, changes, position);
            }
        }
    }

    /** From the row on that the result set is at; without hits, that one has no id. */
    private static List<Hit> hits(ResultSet row, Metric metric, SearchOptions options)
            throws SQLException {
        List<Hit> hits = new ArrayList<>();
        if (row.getString("id") == null) {
            return hits;
        }
        do {
            double distance = row.getDouble("distance");
            hits.add(
                    SearchRows.hit(row, metric.score(distance), distance, null, options.include()));
        } while (row.next());
        return hits;
    }
}

package dev.tributary.pgvector;

import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.SearchOptions;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of a search by vector: the CTEs {@code pool}, {@code walk} and {@code candidate}.
 * The query vector is in {@code q}.
 *
 * <p>Rows in the approximate index are taken from it, and fresh rows are compared; see {@link
 * IndexBoundary}.
 */
final class VectorLegSql {
    /** At least this many of the nearest rows are ordered by their boosted score. */
    private static final int BOOSTED_MIN = 400;

    /** Rows that a restricted walk visits for each requested row, before it gives up. */
    private static final int WALKED_PER_ROW = 40;

    /** The most it visits: comparing all matching rows is not much slower, and exact. */
    private static final int WALKED_MAX = 2_000;

    private final PgVectorProperties properties;
    private final CollectionRef collection;
    private final boolean isRestricted;
    private final Sql condition;
    private final Effort effort;
    private final @Nullable IndexBoundary indexed;
    private final String table;
    private final IndexExpression exact;
    private final IndexExpression index;

    /**
     * @param condition condition on rows
     * @param indexed null if there is no index to walk
     */
    VectorLegSql(
            PgVectorProperties properties,
            CollectionRef collection,
            Sql condition,
            Effort effort,
            @Nullable IndexBoundary indexed) {
        this.properties = properties;
        this.collection = collection;
        this.isRestricted = !condition.text().equals("true");
        this.condition = condition;
        this.effort = effort;
        this.indexed = indexed;
        table = Partitions.table(collection);
        exact = IndexExpression.exact(collection);
        index = IndexExpression.of(collection);
    }

    /**
     * Adds the CTE {@code pool}: whether candidates of the vector leg are {@code exact}; whether
     * the text leg scores the {@code matching} rows {@code direct}ly; how many rows match, counted
     * up to a limit.
     *
     * <p>In a small collection, every row is compared. That takes a few milliseconds, and avoids
     * the wrong results that a graph with many equal vectors can give. Its size on disk is known
     * without counting and survives a crash, unlike the statistics.
     *
     * <p>A restriction is probed first. If it keeps few rows, these are all compared, which is
     * complete and faster than walking a graph past everything that the restriction drops. The
     * probe stops once there are too many rows; the index is walked then.
     */
    void addPool(Sql.Builder sql) {
        // Kept up to date by PostgreSQL with every commit, and cheaper than a count.
        String estimate =
                "pg_stat_get_live_tuples('%s'::regclass) AS rows_estimate".formatted(table);
        if (effort == Effort.PROBED) {
            sql.add("matching AS MATERIALIZED (SELECT ctid AS tid FROM " + table + " WHERE ")
                    .add(condition)
                    .add(" LIMIT " + (properties.exactRowsMax() + 1) + "),\n")
                    .add("pool AS MATERIALIZED (SELECT ")
                    .add(isExhaustive() ? "true" : "count(*) <= " + properties.exactRowsMax())
                    .add(" AS exact, count(*) <= " + properties.textCandidates())
                    .add(" AND count(*) <= " + properties.exactRowsMax() + " AS direct,")
                    .add(" count(*) AS matching, " + estimate + " FROM matching),\n");
            return;
        }
        String isExact =
                isExhaustive()
                        ? "true"
                        : isRestricted
                                ? "false"
                                : "pg_table_size('%s'::regclass) <= %d"
                                        .formatted(table, properties.exactSizeMax().toBytes());
        sql.add("pool AS MATERIALIZED (SELECT " + isExact + " AS exact, false AS direct,")
                .add(" NULL::bigint AS matching, " + estimate + "),\n");
    }

    private boolean isExhaustive() {
        return effort == Effort.EXHAUSTIVE
                || indexed == null
                || (indexed.rows() == 0 && !hasCodes());
    }

    /** Codes cannot help to find rows that a filter keeps, as these few may be far away. */
    private boolean hasCodes() {
        return FreshCodes.areKept(collection) && !isRestricted;
    }

    /**
     * Adds the CTE {@code candidate}. Parts that are not needed are never executed.
     *
     * @param efSearch how many rows the index returns at a time
     */
    void addCandidates(Sql.Builder sql, String columns, SearchOptions options, int efSearch) {
        if (indexed == null || isExhaustive()) {
            sql.add("candidate AS MATERIALIZED (\n");
            addExact(sql, columns, options, null, true);
            sql.add(")");
            return;
        }
        if (hasCodes()) {
            String isUsed = FreshCodes.areMany(collection, indexed, properties.freshComparedMax());
            sql.add("coded AS MATERIALIZED (SELECT " + isUsed)
                    .add(" AS used, chunk_code(v) AS code FROM q),\n");
        }
        sql.add("walk AS MATERIALIZED (\n");
        addWalk(sql, indexed, columns, options, efSearch);
        sql.add("),\ncandidate AS MATERIALIZED (\n(");
        if (effort == Effort.PROBED) {
            addExact(
                    sql,
                    columns,
                    options,
                    "(SELECT exact FROM pool) AND ctid = ANY (ARRAY(SELECT tid FROM matching))",
                    false);
        } else {
            addExact(sql, columns, options, "(SELECT exact FROM pool)", true);
        }
        addFresh(sql, indexed, columns, options, efSearch);
        sql.add(")\nUNION ALL\nSELECT * FROM walk)");
    }

    /** Compares all fresh rows or, if there are many, those with the nearest codes. */
    private void addFresh(
            Sql.Builder sql,
            IndexBoundary state,
            String columns,
            SearchOptions options,
            int efSearch) {
        String gate = "NOT (SELECT exact FROM pool) AND ";
        sql.add(")\nUNION ALL\n(");
        if (!hasCodes() || options.boost() != null) {
            addExact(sql, columns, options, gate + state.fresh(), true);
            return;
        }
        String all = gate + "(SELECT used FROM coded) IS NOT TRUE AND " + state.fresh();
        addExact(sql, columns, options, all, true);
        sql.add(")\nUNION ALL\n(");
        String nearest =
                FreshCodes.nearest(
                        collection,
                        state,
                        "(SELECT code FROM coded)",
                        Math.max(efSearch, options.topK()));
        String some = gate + "(SELECT used FROM coded) AND seq = ANY (ARRAY" + nearest + ")";
        addExact(sql, columns, options, some, true);
    }

    /** How many rows the walk found; null if there was no walk. */
    String walked() {
        return isExhaustive() ? "NULL::bigint" : "(SELECT count(*) FROM walk)";
    }

    /**
     * The index walk. A restriction is applied outside the walk, so that a limit can end the walk:
     * the matching rows are then among the nearest, or the walk returns too few. With the filter
     * inside, a walk that reaches its scan limit returns whatever else it has seen, which is not
     * near (a filter that kept the far half had a recall of 0.03).
     */
    private void addWalk(
            Sql.Builder sql,
            IndexBoundary state,
            String columns,
            SearchOptions options,
            int efSearch) {
        int candidates = IndexExpression.candidates(collection, wanted(options), efSearch);
        String gate = "NOT (SELECT exact FROM pool) AND " + state.indexed();
        if (!isRestricted) {
            addRow(sql, columns, options.boost());
            sql.add(gate + "\nORDER BY " + index.key()).add(" LIMIT " + candidates);
            return;
        }
        sql.add("SELECT " + columns + ", distance" + (options.boost() == null ? "" : ", score"))
                .add("\nFROM (");
        addColumns(sql, columns, options.boost());
        sql.add(", (").add(condition).add(") IS TRUE AS keeps\nFROM " + table + "\nWHERE ");
        sql.add(gate + "\nORDER BY " + index.key())
                .add(" LIMIT " + walkedMax(candidates))
                .add(") AS seen WHERE keeps LIMIT " + candidates);
    }

    /** How many rows to take from the index. */
    static int wanted(SearchOptions options) {
        return options.boost() == null ? options.topK() : Math.max(options.topK(), BOOSTED_MIN);
    }

    /** How many rows a restricted walk visits. */
    static int walkedMax(int candidates) {
        return Math.max(candidates, Math.min(WALKED_MAX, WALKED_PER_ROW * candidates));
    }

    /**
     * Boosted rows are limited by score, so rows below the threshold must be removed before that.
     */
    private void addExact(
            Sql.Builder sql,
            String columns,
            SearchOptions options,
            @Nullable String gate,
            boolean isRestrictionOpen) {
        addRow(sql, columns, options.boost());
        if (gate != null) {
            sql.add(gate + " AND ");
        }
        sql.add(isRestrictionOpen ? condition : Sql.of("true"));
        if (options.boost() != null) {
            addThreshold(sql, " AND " + exact.rowDistance(), options.threshold());
        }
        sql.add("\nORDER BY " + (options.boost() == null ? exact.key() : "score DESC"))
                .add(", id LIMIT " + options.topK());
    }

    private void addRow(Sql.Builder sql, String columns, @Nullable String boost) {
        addColumns(sql, columns, boost);
        sql.add("\nFROM " + table + "\nWHERE ");
    }

    private void addColumns(Sql.Builder sql, String columns, @Nullable String boost) {
        String distance = exact.rowDistance();
        sql.add("SELECT " + columns + ", " + distance + " AS distance");
        if (boost != null) {
            String score =
                    switch (collection.metric()) {
                        case COSINE -> "(1 - (" + distance + "))";
                        case L2 -> "(1 / (1 + (" + distance + ")))";
                        case INNER_PRODUCT -> "(-(" + distance + "))";
                    };
            sql.add(", " + score + " * coalesce((boosts ->> ?::text)::float8, 1) AS score", boost);
        }
    }

    /** A threshold is a minimum score; SQL needs the maximum distance. */
    void addThreshold(Sql.Builder sql, String distance, @Nullable Double threshold) {
        if (threshold == null) {
            return;
        }
        double most =
                switch (collection.metric()) {
                    case COSINE -> 1 - threshold;
                    case L2 -> threshold <= 0 ? Double.POSITIVE_INFINITY : 1 / threshold - 1;
                    case INNER_PRODUCT -> -threshold;
                };
        sql.add(distance + " <= ?", most);
    }
}

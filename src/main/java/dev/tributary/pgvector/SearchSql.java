package dev.tributary.pgvector;

import com.pgvector.PGvector;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import org.jspecify.annotations.Nullable;

/**
 * The statements of searches. Each is one round trip: the settings, which hold until its
 * transaction ends, and the query.
 *
 * <p>What keeps the index in use (measured on PostgreSQL 15 with pgvector 0.8): an ascending {@code
 * ORDER BY} of the indexed expression alone, its LIMIT at the same level, and the query vector from
 * a sub-select. Ties, thresholds and full precision are settled outside, over a materialized CTE.
 */
final class SearchSql {
    /** How thoroughly a search is done. */
    enum Effort {
        /** Through the index, but exactly where the restriction turns out to keep few rows. */
        PROBED,
        /** Through the index: there is no restriction, or it is known to keep many rows. */
        INDEXED,
        /** Every row that matches is compared, and every word of the query looked up. */
        EXHAUSTIVE
    }

    /** The {@code ef_search} that stands for the advised number of probes. */
    private static final int IVFFLAT_EF_REFERENCE = 100;

    /** Of work_mem, for a walk: out of memory, it would hand out whatever it has seen. */
    private static final int SCAN_MEMORY = 4;

    /** So many of the nearest rows are put in order by their boosted score. */
    private static final int BOOSTED_MIN = 400;

    /** Rows that a restricted walk looks at for each one asked for, before it is given up. */
    private static final int WALKED_PER_ROW = 40;

    /** But no more than this: comparing all rows that match is not much slower, and right. */
    private static final int WALKED_MAX = 2_000;

    private final PgVectorProperties properties;
    private final boolean iterates;
    private final CollectionRef collection;
    private final boolean isRestricted;
    private final Sql condition;
    private final Effort effort;
    private final String table;
    private final AnnIndex exact;
    private final AnnIndex index;

    SearchSql(
            PgVectorProperties properties,
            ExtensionVersion version,
            CollectionRef collection,
            Restriction restriction,
            Effort effort) {
        this.properties = properties;
        iterates = !version.isBefore(ExtensionVersion.ITERATIVE_SCANS);
        this.collection = collection;
        isRestricted = !restriction.isNone();
        condition = restriction.condition(collection.text().language());
        this.effort = effort == Effort.PROBED && !isRestricted ? Effort.INDEXED : effort;
        table = Partitions.table(collection);
        exact = AnnIndex.exact(collection);
        index = AnnIndex.of(collection);
    }

    /**
     * A search by vector. Its rows begin with what is known of the search as a whole; a single row
     * without an id says that there is no hit.
     */
    Sql vector(VectorQuery query) {
        SearchOptions options = query.options();
        String order = options.boost() == null ? "distance, id" : "score DESC, id";
        var sql =
                new Sql.Builder()
                        .add(settings(options.efSearch(), walked(options)))
                        .add(
                                "WITH q AS MATERIALIZED (SELECT ? AS v),\n",
                                new PGvector(query.embedding().toArray()));
        addPool(sql);
        addCandidates(sql, ChunkRows.hitColumns(options.include()), options);
        sql.add(",\nhit AS (SELECT * FROM candidate");
        addThreshold(sql, " WHERE distance", options.threshold());
        return sql.add(" ORDER BY " + order + " LIMIT " + options.topK() + ")\n")
                .add("SELECT pool.*, hit.* FROM pool LEFT JOIN hit ON true\n")
                .add(
                        "ORDER BY "
                                + order.replace("distance", "hit.distance").replace("id", "hit.id"))
                .build();
    }

    /**
     * Both legs, their fusion, and the columns of the final page only: neither text nor embeddings
     * travel through the CTEs. The rows begin with what is known of the search as a whole.
     */
    Sql hybrid(HybridQuery query) {
        SearchOptions options = query.options();
        int candidates = Math.max(query.fusion().candidates(), options.topK());
        var sql = new Sql.Builder().add(settings(options.efSearch(), candidates)).add("WITH ");
        addVectorLeg(sql, query, candidates);
        sql.add(",\n");
        if (query.fusion().hasTextLeg()) {
            new TextLegSql(properties, collection, condition, query.text())
                    .add(sql, effort, candidates);
        } else {
            TextLegSql.addNone(sql);
        }
        addFusion(sql, query);
        return sql.build();
    }

    private void addFusion(Sql.Builder sql, HybridQuery query) {
        SearchOptions options = query.options();
        Fusion fusion = query.fusion();
        sql.add(
                """
                ,
                fused AS (
                    SELECT id, v.rank AS vector_rank, v.distance, t.rank AS text_rank, t.score AS text_score,
                           (coalesce(?::float8 / (? + v.rank), 0) + coalesce(?::float8 / (? + t.rank), 0))\
                """,
                fusion.vectorWeight(),
                (double) fusion.k(),
                fusion.textWeight(),
                (double) fusion.k());
        if (options.boost() != null) {
            sql.add(
                    " * (SELECT coalesce((boosts ->> ?::text)::float8, 1) FROM %s AS chunk"
                                    .formatted(table)
                            + " WHERE chunk.collection_id = %d AND chunk.id = coalesce(v.id, t.id))"
                                    .formatted(collection.id()),
                    options.boost());
        }
        sql.add(
                """
                 AS score
                    FROM vector_leg v FULL JOIN text_leg t USING (id)
                    ORDER BY score DESC, id LIMIT %1$d),
                page AS (
                    SELECT fused.*, %2$s
                    FROM fused JOIN %3$s AS chunk ON chunk.collection_id = %4$d AND chunk.id = fused.id)
                SELECT pool.*,
                       (SELECT count(*) FROM lexeme) AS words,
                       (SELECT array_agg(body) FROM phrase WHERE NOT found) AS phrases_missing,
                       EXISTS (SELECT FROM text_leg) AS text_found,
                       (SELECT terms FROM left_out) AS terms_left_out,
                       (SELECT count(*) FROM vector_leg) AS vector_found,
                       page.*
                FROM pool LEFT JOIN page ON true
                ORDER BY page.score DESC, page.id
                """
                        .formatted(
                                options.topK(),
                                ChunkRows.hitColumns(options.include()).replaceFirst("id, ", ""),
                                table,
                                collection.id()));
    }

    /**
     * Settings travel with the statement and end with its transaction, so nothing leaks through a
     * pool. The index hands out at most {@code ef_search} rows at a time, so it is never less than
     * the limit; where rows are filtered away, or dead, it goes on for more, in about the right
     * order, which is put right outside. A restriction is planned for its values: a generic plan
     * cannot see how many rows it keeps.
     */
    private String settings(int efSearch, int limit) {
        int wanted = efSearch(efSearch);
        int handedOut =
                iterates || !isRestricted
                        ? AnnIndex.candidates(collection, limit, wanted)
                        : walkedMax(limit);
        int ef = Math.min(1_000, Math.max(wanted, handedOut));
        String text =
                "SELECT set_config('statement_timeout', '%dms', true)"
                        .formatted(properties.statementTimeout().toMillis());
        // Compiling costs more than it saves in anything that is done here.
        text += setting("jit", "off");
        if (isRestricted) {
            text += setting("plan_cache_mode", "force_custom_plan");
        }
        if (effort != Effort.EXHAUSTIVE) {
            // Workers would be started for the half that is not executed, too: 20 ms a search.
            text += setting("max_parallel_workers_per_gather", 0);
        }
        return text + indexSettings(ef) + ";\n";
    }

    private int efSearch(int asked) {
        return asked == 0 ? properties.efSearch() : asked;
    }

    private String indexSettings(int ef) {
        return switch (collection.index().type()) {
            case HNSW ->
                    setting("hnsw.ef_search", ef)
                            + (iterates
                                    ? setting("hnsw.iterative_scan", "relaxed_order")
                                            + setting(
                                                    "hnsw.max_scan_tuples",
                                                    properties.scanTuplesMax())
                                            + setting("hnsw.scan_mem_multiplier", SCAN_MEMORY)
                                    : "");
            case IVFFLAT ->
                    setting("ivfflat.probes", probes(ef))
                            + (iterates ? setting("ivfflat.iterative_scan", "relaxed_order") : "");
            case NONE -> "";
        };
    }

    private static String setting(String name, Object value) {
        return ", set_config('%s', '%s', true)".formatted(name, value);
    }

    /**
     * IVFFlat's counterpart of {@code ef_search}: the square root of the lists, as pgvector
     * advises, scaled by how much more than the default was asked for.
     */
    private int probes(int ef) {
        int lists = collection.index().lists();
        double share = (double) ef / IVFFLAT_EF_REFERENCE;
        return (int) Math.clamp(Math.ceil(Math.sqrt(lists) * share), 1, lists);
    }

    /** How many rows to take from the index. */
    private static int walked(SearchOptions options) {
        return options.boost() == null ? options.topK() : Math.max(options.topK(), BOOSTED_MIN);
    }

    /** A threshold is a least score; SQL wants the greatest distance. */
    private void addThreshold(Sql.Builder sql, String distance, @Nullable Double threshold) {
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

    /**
     * The CTE {@code pool}: whether candidates of the vector leg are {@code exact}; whether the
     * text leg scores the {@code matching} rows {@code direct}ly; how many rows match, as far as
     * counted.
     *
     * <p>A small collection is compared whole: that takes a few milliseconds, and no graph is
     * walked wrong, as one with many equal vectors in it can be. Its size on disk is known at once
     * and survives a crash, unlike the statistics.
     *
     * <p>A restriction is first tried on: if it keeps few rows, they are found (the probe stops
     * once there are too many, so any of them will do) and all compared, which is complete and
     * faster than walking a graph past everything it drops. Otherwise the index is walked.
     */
    private void addPool(Sql.Builder sql) {
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
        return effort == Effort.EXHAUSTIVE || collection.index().type() == IndexSpec.Type.NONE;
    }

    /** The CTE {@code candidate}. Whichever half is not needed is never executed. */
    private void addCandidates(Sql.Builder sql, String columns, SearchOptions options) {
        sql.add("candidate AS MATERIALIZED (\n(");
        if (effort == Effort.PROBED && !isExhaustive()) {
            addExact(
                    sql,
                    columns,
                    options,
                    "(SELECT exact FROM pool) AND ctid = ANY (ARRAY(SELECT tid FROM matching))");
        } else {
            addExact(sql, columns, options, isExhaustive() ? null : "(SELECT exact FROM pool)");
        }
        if (!isExhaustive()) {
            sql.add(")\nUNION ALL\n(");
            addWalk(sql, columns, options);
        }
        sql.add("))");
    }

    /**
     * The index walk. With a restriction it is told from outside which rows to keep, so that it can
     * be stopped for good: rows that match are then among the nearest, or the walk comes back
     * short. Left to itself, a walk that has looked at enough hands out whatever else it has seen,
     * which is nowhere near (a filter that kept the far half had a recall of 0.03).
     */
    private void addWalk(Sql.Builder sql, String columns, SearchOptions options) {
        int limit = walked(options);
        int candidates = AnnIndex.candidates(collection, limit, efSearch(options.efSearch()));
        if (!isRestricted) {
            addRow(sql, columns, options.boost());
            sql.add("NOT (SELECT exact FROM pool)\nORDER BY " + index.key())
                    .add(" LIMIT " + candidates);
            return;
        }
        sql.add("SELECT " + columns + ", distance" + (options.boost() == null ? "" : ", score"))
                .add("\nFROM (");
        addColumns(sql, columns, options.boost());
        sql.add(", (").add(condition).add(") IS TRUE AS keeps\nFROM " + table + "\nWHERE ");
        sql.add("NOT (SELECT exact FROM pool)\nORDER BY " + index.key())
                .add(" LIMIT " + walkedMax(candidates))
                .add(") AS walk WHERE keeps LIMIT " + candidates);
    }

    private static int walkedMax(int candidates) {
        return Math.max(candidates, Math.min(WALKED_MAX, WALKED_PER_ROW * candidates));
    }

    /** Boosted rows are cut by their score, so those below the threshold must be gone by then. */
    private void addExact(
            Sql.Builder sql, String columns, SearchOptions options, @Nullable String gate) {
        addRow(sql, columns, options.boost());
        if (gate != null) {
            sql.add(gate + " AND ");
        }
        sql.add(gate != null && gate.contains("ctid") ? Sql.of("true") : condition);
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

    private void addVectorLeg(Sql.Builder sql, HybridQuery query, int candidates) {
        Embedding embedding = query.embedding();
        if (embedding == null || !query.fusion().hasVectorLeg()) {
            addPool(sql);
            sql.add(
                    "vector_leg AS (SELECT NULL::uuid AS id, NULL::float8 AS distance,"
                            + " NULL::bigint AS rank WHERE false)");
            return;
        }
        SearchOptions leg =
                SearchOptions.top(candidates)
                        .withThreshold(query.options().threshold())
                        .withEfSearch(query.options().efSearch());
        sql.add("q AS MATERIALIZED (SELECT ? AS v),\n", new PGvector(embedding.toArray()));
        addPool(sql);
        addCandidates(sql, "id", leg);
        sql.add(
                ",\nvector_leg AS MATERIALIZED (SELECT id, distance,"
                        + " row_number() OVER (ORDER BY distance, id) AS rank FROM candidate");
        addThreshold(sql, " WHERE distance", leg.threshold());
        sql.add(" ORDER BY distance, id LIMIT " + candidates + ")");
    }
}

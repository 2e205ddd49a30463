package dev.tributary.pgvector;

import com.pgvector.PGvector;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
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
        /** Through the indexes, as far as they pay. */
        FAST,
        /** Every row that matches the filter is compared, and every word of the query looked up. */
        EXHAUSTIVE
    }

    /** Kept up to date by PostgreSQL with every commit, and cheaper than a count. */
    private static final String ROWS_ESTIMATE =
            "pg_stat_get_live_tuples('%s'::regclass) AS rows_estimate";

    /** Most different words of one query that are looked up. */
    static final int TERMS_MAX = 100;

    /** The {@code ef_search} that stands for the advised number of probes. */
    private static final int IVFFLAT_EF_REFERENCE = 100;

    private final PgVectorProperties properties;
    private final boolean iterates;
    private final CollectionRef collection;
    private final @Nullable Filter filter;
    private final Effort effort;
    private final String table;
    private final AnnIndex exact;
    private final AnnIndex index;

    SearchSql(
            PgVectorProperties properties,
            ExtensionVersion version,
            CollectionRef collection,
            @Nullable Filter filter,
            Effort effort) {
        this.properties = properties;
        iterates = !version.isBefore(ExtensionVersion.ITERATIVE_SCANS);
        this.collection = collection;
        this.filter = filter;
        this.effort = effort;
        table = Partitions.table(collection);
        exact = AnnIndex.exact(collection);
        index = AnnIndex.of(collection);
    }

    /**
     * A search by vector. Its rows begin with the column {@code exact}; a single row without an id
     * says that there is no hit.
     */
    Sql vector(VectorQuery query) {
        String columns = ChunkRows.hitColumns(query.include());
        var sql =
                new Sql.Builder()
                        .add(settings(query.efSearch(), query.topK()))
                        .add(
                                "WITH q AS MATERIALIZED (SELECT ? AS v),\n",
                                vector(query.embedding()));
        addCandidates(sql, columns, query.topK());
        sql.add(",\nhit AS (SELECT * FROM candidate");
        addThreshold(sql, " WHERE ", query.threshold());
        return sql.add(" ORDER BY distance, id LIMIT " + query.topK() + ")\n")
                .add(
                        "SELECT pool.exact, pool.rows_estimate, hit.* FROM pool LEFT JOIN hit ON true\n")
                .add("ORDER BY hit.distance, hit.id")
                .build();
    }

    /**
     * Both legs, their fusion, and the columns of the final page only: neither text nor embeddings
     * travel through the CTEs. The rows begin with what is known of the search as a whole.
     */
    Sql hybrid(HybridQuery query) {
        Fusion fusion = query.fusion();
        int candidates = Math.max(fusion.candidates(), query.topK());
        var sql = new Sql.Builder().add(settings(query.efSearch(), candidates)).add("WITH ");
        addVectorLeg(sql, query, candidates);
        sql.add(",\n");
        addTextLeg(sql, query, candidates);
        return sql.add(
                        """
                        ,
                        fused AS (
                            SELECT id, v.rank AS vector_rank, v.distance, t.rank AS text_rank, t.score AS text_score,
                                   coalesce(?::float8 / (? + v.rank), 0) + coalesce(?::float8 / (? + t.rank), 0) AS score
                            FROM vector_leg v FULL JOIN text_leg t USING (id)
                            ORDER BY score DESC, id LIMIT %1$d),
                        page AS (
                            SELECT fused.*, %2$s
                            FROM fused JOIN %3$s AS chunk ON chunk.collection_id = %4$d AND chunk.id = fused.id)
                        SELECT pool.exact, pool.rows_estimate,
                               (SELECT count(*) FROM lexeme) AS words,
                               (SELECT count(*) FROM term WHERE NOT chosen) AS terms_left_out,
                               page.*
                        FROM pool LEFT JOIN page ON true
                        ORDER BY page.score DESC, page.id
                        """
                                .formatted(
                                        query.topK(), pageColumns(query), table, collection.id()),
                        fusion.vectorWeight(),
                        (double) fusion.k(),
                        fusion.textWeight(),
                        (double) fusion.k())
                .build();
    }

    private static String pageColumns(HybridQuery query) {
        return ChunkRows.hitColumns(query.include()).replaceFirst("id, ", "");
    }

    /**
     * Settings travel with the statement and end with its transaction, so nothing leaks through a
     * pool. The index hands out at most {@code ef_search} rows at a time, so it is never less than
     * the limit; where rows are filtered away, or dead, it goes on for more, in about the right
     * order, which is put right outside. A filter is planned for its values: a generic plan cannot
     * see how many rows it keeps.
     */
    private String settings(int efSearch, int limit) {
        int wanted = efSearch == 0 ? properties.efSearch() : efSearch;
        int ef = Math.min(1_000, Math.max(wanted, AnnIndex.candidates(collection, limit)));
        String text =
                "SELECT set_config('statement_timeout', '%dms', true)"
                        .formatted(properties.statementTimeout().toMillis());
        if (filter != null) {
            text += setting("plan_cache_mode", "force_custom_plan");
        }
        if (effort == Effort.FAST) {
            // Workers would be started for the half that is not executed, too: 20 ms a search.
            text += setting("max_parallel_workers_per_gather", 0);
        }
        return text + indexSettings(ef) + ";\n";
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

    private static PGvector vector(Embedding embedding) {
        return new PGvector(embedding.toArray());
    }

    private static void addThreshold(Sql.Builder sql, String keyword, @Nullable Double distance) {
        if (distance != null) {
            sql.add(keyword + "distance <= ?", distance);
        }
    }

    /**
     * The CTEs {@code pool}, which says whether the candidates are exact, and {@code candidate}.
     *
     * <p>A small collection is compared whole: that takes a few milliseconds, and no graph is
     * walked wrong, as one with many equal vectors in it can be. Its size on disk is known at once
     * and survives a crash, unlike the statistics.
     *
     * <p>A filter is first tried on: if it keeps few rows, they are found (the probe stops once
     * there are too many, so any of them will do) and all compared, which is complete and faster
     * than walking a graph past everything it drops. Otherwise the index is walked. Whichever half
     * is not needed is never executed.
     */
    private void addCandidates(Sql.Builder sql, String columns, int limit) {
        String row = columns + ", " + exact.rowDistance() + " AS distance";
        if (effort == Effort.EXHAUSTIVE || collection.index().type() == IndexSpec.Type.NONE) {
            sql.add("pool AS (SELECT true AS exact, " + ROWS_ESTIMATE.formatted(table) + "),\n")
                    .add("candidate AS MATERIALIZED (\n");
            addScan(sql, row, exact.key() + ", id", limit, null);
        } else if (filter == null) {
            sql.add("pool AS MATERIALIZED (SELECT pg_table_size('" + table + "'::regclass) <= ")
                    .add(properties.exactSizeMax().toBytes() + " AS exact, ")
                    .add(ROWS_ESTIMATE.formatted(table) + "),\n")
                    .add("candidate AS MATERIALIZED (\n(");
            addScan(sql, row, exact.key() + ", id", limit, "(SELECT exact FROM pool)");
            sql.add(")\nUNION ALL\n(");
            addIndexWalk(sql, row, limit);
        } else {
            addProbe(sql);
            sql.add("candidate AS MATERIALIZED (\n(");
            sql.add(
                    """
                    SELECT %s
                    FROM %s
                    WHERE (SELECT exact FROM pool) AND ctid = ANY (ARRAY(SELECT tid FROM matching))
                    ORDER BY %s, id LIMIT %d)
                    UNION ALL
                    (\
                    """
                            .formatted(row, table, exact.key(), limit));
            addIndexWalk(sql, row, limit);
        }
        sql.add(")");
    }

    private void addIndexWalk(Sql.Builder sql, String row, int limit) {
        addScan(
                sql,
                row,
                index.key(),
                AnnIndex.candidates(collection, limit),
                "NOT (SELECT exact FROM pool)");
        sql.add(")");
    }

    private void addProbe(Sql.Builder sql) {
        sql.add("matching AS MATERIALIZED (SELECT ctid AS tid FROM " + table + " WHERE ")
                .add(FilterSql.condition(filter))
                .add(" LIMIT " + (properties.exactRowsMax() + 1) + "),\n")
                .add("pool AS MATERIALIZED (SELECT count(*) <= " + properties.exactRowsMax())
                .add(" AS exact, " + ROWS_ESTIMATE.formatted(table) + " FROM matching),\n");
    }

    private void addScan(
            Sql.Builder sql, String row, String key, int limit, @Nullable String gate) {
        sql.add("SELECT " + row + "\nFROM " + table + "\nWHERE ");
        if (gate != null) {
            sql.add(gate + " AND ");
        }
        sql.add(FilterSql.condition(filter)).add("\nORDER BY " + key + " LIMIT " + limit);
    }

    private void addVectorLeg(Sql.Builder sql, HybridQuery query, int candidates) {
        Embedding embedding = query.embedding();
        if (embedding == null || !query.fusion().hasVectorLeg()) {
            sql.add(
                    "pool AS (SELECT true AS exact, "
                            + ROWS_ESTIMATE.formatted(table)
                            + "),\nvector_leg AS (SELECT NULL::uuid AS id, NULL::float8 AS"
                            + " distance, NULL::bigint AS rank WHERE false)");
            return;
        }
        sql.add("q AS MATERIALIZED (SELECT ? AS v),\n", vector(embedding));
        addCandidates(sql, "id", candidates);
        sql.add(
                ",\nvector_leg AS (SELECT id, distance, row_number() OVER (ORDER BY distance, id)"
                        + " AS rank FROM candidate");
        addThreshold(sql, " WHERE ", query.threshold());
        sql.add(" ORDER BY distance, id LIMIT " + candidates + ")");
    }

    /**
     * The words of the query are alternatives. Each is looked up by itself: how many rows have it
     * (counted up to a bound) gives its weight, {@code ln(1 + (N - df + 0.5) / (df + 0.5))} as in
     * BM25 (Robertson and Zaragoza, 2009). The rarest choose the candidates, and all of them score
     * with {@code ts_rank}, which for one word grows with its frequency only.
     *
     * <p>Words are quoted into a {@code tsquery} one by one, so that nothing a user types can be an
     * operator.
     */
    private void addTextLeg(Sql.Builder sql, HybridQuery query, int candidates) {
        if (!query.fusion().hasTextLeg()) {
            sql.add(
                    "lexeme AS (SELECT WHERE false),\nterm AS (SELECT true AS chosen WHERE false),\n"
                            + "text_leg AS (SELECT NULL::uuid AS id, NULL::float8 AS score,"
                            + " NULL::bigint AS rank WHERE false)");
            return;
        }
        sql.add(termsText(), collection.language(), query.text());
        sql.add(
                """
                text_match AS MATERIALIZED (
                    SELECT chunk.id,
                           (SELECT sum(weight * ts_rank('{1,1,1,1}', chunk.tsv, query)) FROM term) AS score
                    FROM %s AS chunk
                    WHERE chunk.tsv @@ (SELECT string_agg(query::text, ' | ')::tsquery FROM term WHERE chosen) AND \
                """
                        .formatted(table));
        sql.add(FilterSql.condition(filter))
                .add("\n    ORDER BY score DESC, id LIMIT " + candidates + "),\n")
                .add(
                        "text_leg AS (SELECT id, score, row_number() OVER (ORDER BY score DESC, id)"
                                + " AS rank FROM text_match)");
    }

    private String termsText() {
        return """
        lexeme AS MATERIALIZED (
            SELECT ('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''')::tsquery AS query
            FROM unnest(to_tsvector(?::text::regconfig, ?)) AS word (lexeme, positions, weights)
            ORDER BY positions[1], lexeme LIMIT %5$d),
        counted AS MATERIALIZED (
            SELECT query, df
            FROM lexeme, LATERAL (
                SELECT count(*) AS df FROM (SELECT FROM %1$s WHERE tsv @@ query LIMIT %2$d) AS posting) AS frequency
            WHERE df > 0),
        term AS MATERIALIZED (
            SELECT query,
                   ln(1 + (greatest((SELECT rows_estimate FROM pool), df) - df + 0.5) / (df + 0.5)) AS weight,
                   %3$s OR sum(df) OVER (ORDER BY df, query::text) - df < %4$d AS chosen
            FROM counted),
        """
                .formatted(
                        table,
                        properties.textCandidates() + 1,
                        effort == Effort.EXHAUSTIVE,
                        properties.textCandidates(),
                        TERMS_MAX);
    }
}

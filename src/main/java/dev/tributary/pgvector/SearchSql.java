package dev.tributary.pgvector;

import com.pgvector.PGvector;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import org.jspecify.annotations.Nullable;

/**
 * The statements of searches. Each is one round trip: the settings, which last until the
 * transaction ends, and the query.
 *
 * <p>What keeps the index in use (measured on PostgreSQL 15 with pgvector 0.8): an ascending {@code
 * ORDER BY} of the indexed expression alone, its LIMIT at the same level, and the query vector from
 * a sub-select. Ties, thresholds and full precision are handled outside, over a materialized CTE.
 */
final class SearchSql {
    /** How thoroughly a search is done. */
    enum Effort {
        /** Through the index, or exactly if the restriction turns out to keep few rows. */
        PROBED,
        /** Through the index: there is no restriction, or it is known to keep many rows. */
        INDEXED,
        /** Every matching row is compared, and every word of the query is looked up. */
        EXHAUSTIVE
    }

    /**
     * What is searched.
     *
     * @param indexed what its index holds; null if there is none
     */
    record Scope(
            CollectionRef collection, Restriction restriction, @Nullable IndexBoundary indexed) {}

    /** The {@code ef_search} that corresponds to the recommended number of probes. */
    private static final int IVFFLAT_EF_REFERENCE = 100;

    /**
     * Multiple of work_mem that a walk may use. Out of memory, it would return whatever it has
     * seen.
     */
    private static final int SCAN_MEMORY = 4;

    private final PgVectorProperties properties;
    private final boolean iterates;
    private final CollectionRef collection;
    private final boolean isRestricted;
    private final Sql condition;
    private final Effort effort;
    private final VectorLegSql vectorLeg;
    private final String table;

    SearchSql(PgVectorProperties properties, ExtensionVersion version, Scope scope, Effort effort) {
        this.properties = properties;
        iterates = !version.isBefore(ExtensionVersion.ITERATIVE_SCANS);
        collection = scope.collection();
        isRestricted = !scope.restriction().isNone();
        condition = scope.restriction().condition(collection.text());
        this.effort = effort == Effort.PROBED && !isRestricted ? Effort.INDEXED : effort;
        vectorLeg =
                new VectorLegSql(properties, collection, condition, this.effort, scope.indexed());
        table = Partitions.table(collection);
    }

    /**
     * A search by vector. Each row begins with columns about the search as a whole; a single row
     * without an id means that there is no hit.
     */
    Sql vector(VectorQuery query) {
        SearchOptions options = query.options();
        String order = options.boost() == null ? "distance, id" : "score DESC, id";
        var sql =
                new Sql.Builder()
                        .add(settings(options.efSearch(), VectorLegSql.wanted(options)))
                        .add(
                                "WITH q AS MATERIALIZED (SELECT ? AS v),\n",
                                new PGvector(query.embedding().toArray()));
        vectorLeg.addPool(sql);
        vectorLeg.addCandidates(
                sql,
                ChunkRows.hitColumns(options.include()),
                options,
                efSearch(options.efSearch()));
        sql.add(",\nhit AS (SELECT * FROM candidate");
        vectorLeg.addThreshold(sql, " WHERE distance", options.threshold());
        return sql.add(" ORDER BY " + order + " LIMIT " + options.topK() + ")\n")
                .add("SELECT pool.*, " + vectorLeg.walked() + " AS walked, hit.*")
                .add(" FROM pool LEFT JOIN hit ON true\n")
                .add(
                        "ORDER BY "
                                + order.replace("distance", "hit.distance").replace("id", "hit.id"))
                .build();
    }

    /**
     * Both legs, their fusion, and the columns of the final page: neither text nor embeddings pass
     * through the CTEs. Each row begins with columns about the search as a whole.
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
                    FROM fused CROSS JOIN LATERAL (
                        -- Apart, or the whole table might be read for the few rows of a page.
                        SELECT %2$s FROM %3$s AS chunk
                        WHERE chunk.collection_id = %4$d AND chunk.id = fused.id OFFSET 0) AS hit)
                SELECT pool.*,
                       (SELECT count(*) FROM lexeme) AS words,
                       (SELECT array_agg(body) FROM phrase WHERE NOT found) AS phrases_missing,
                       EXISTS (SELECT FROM lexeme WHERE lexeme < E'\\x07' COLLATE "C" AND lexeme >= E'\\x05') AS stop_words,
                       EXISTS (SELECT FROM text_leg) AS text_found,
                       EXISTS (SELECT FROM vector_leg) AS vector_found,
                       (SELECT terms FROM left_out) AS terms_left_out,
                       %5$s AS walked,
                       page.*
                FROM pool LEFT JOIN page ON true
                ORDER BY page.score DESC, page.id
                """
                        .formatted(
                                options.topK(),
                                ChunkRows.hitColumns(options.include()).replaceFirst("id, ", ""),
                                table,
                                collection.id(),
                                hasVectorLeg(query) ? vectorLeg.walked() : "NULL::bigint"));
    }

    /**
     * Settings are sent with the statement and end with its transaction, so nothing leaks through a
     * pool. The index returns at most {@code ef_search} rows at a time, so it is set to at least
     * the limit. If rows are filtered out or dead, the index continues, in approximate order, and
     * the outer query sorts. A search with a restriction gets a custom plan: a generic plan cannot
     * know how many rows the restriction keeps.
     */
    private String settings(int efSearch, int limit) {
        int wanted = efSearch(efSearch);
        int handedOut =
                iterates || !isRestricted
                        ? IndexExpression.candidates(collection, limit, wanted)
                        : VectorLegSql.walkedMax(limit);
        int ef = Math.min(1_000, Math.max(wanted, handedOut));
        String text =
                "SELECT set_config('statement_timeout', '%dms', true)"
                        .formatted(properties.statementTimeout().toMillis());
        // JIT compilation costs more than it saves in these queries.
        text += setting("jit", "off");
        if (isRestricted) {
            text += setting("plan_cache_mode", "force_custom_plan");
        }
        if (effort != Effort.EXHAUSTIVE) {
            // Workers would also be started for the half that is not executed: 20 ms per search.
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
     * recommends, scaled by {@code ef}.
     */
    private int probes(int ef) {
        int lists = collection.index().lists();
        double share = (double) ef / IVFFLAT_EF_REFERENCE;
        return (int) Math.clamp(Math.ceil(Math.sqrt(lists) * share), 1, lists);
    }

    private static boolean hasVectorLeg(HybridQuery query) {
        return query.embedding() != null && query.fusion().hasVectorLeg();
    }

    private void addVectorLeg(Sql.Builder sql, HybridQuery query, int candidates) {
        Embedding embedding = query.embedding();
        if (embedding == null || !hasVectorLeg(query)) {
            vectorLeg.addPool(sql);
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
        vectorLeg.addPool(sql);
        vectorLeg.addCandidates(sql, "id", leg, efSearch(leg.efSearch()));
        sql.add(
                ",\nvector_leg AS MATERIALIZED (SELECT id, distance,"
                        + " row_number() OVER (ORDER BY distance, id) AS rank FROM candidate");
        vectorLeg.addThreshold(sql, " WHERE distance", leg.threshold());
        sql.add(" ORDER BY distance, id LIMIT " + candidates + ")");
    }
}

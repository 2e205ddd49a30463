package dev.tributary.pgvector;

import static dev.tributary.pgvector.IndexExpression.sqlName;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Rows;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The partition of a collection and its indexes. */
final class Partitions {
    private final Database database;
    private final PgVectorProperties properties;

    Partitions(Database database, PgVectorProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    /** The generated name: only digits after the underscore. */
    static String table(CollectionRef collection) {
        return "chunk_" + collection.id();
    }

    /** All rows of a collection, as the part after FROM; more conditions may follow. */
    static String rows(CollectionRef collection) {
        return table(collection) + " AS chunk WHERE collection_id = " + collection.id();
    }

    void create(CollectionRef collection) {
        IndexSpec index = collection.index();
        Sql sql =
                Sql.of(
                        "SELECT create_chunk_partition(?::integer, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        collection.id(),
                        collection.dimension(),
                        sqlName(collection.metric()),
                        collection.text().language(),
                        sqlName(index.type()),
                        sqlName(index.precision()),
                        index.m(),
                        index.efConstruction(),
                        IndexExpression.shape(collection),
                        collection.text().titleWeight(),
                        collection.text().foldAccents());
        database.write(
                "creation of a collection",
                session -> {
                    try (PreparedStatement statement = session.prepare(sql)) {
                        return statement.execute();
                    } catch (SQLException e) {
                        // An undefined object, or a name that cannot be a text search
                        // configuration.
                        if (List.of("42704", "42602", "42601").contains(e.getSQLState())) {
                            throw unknownLanguage(collection.text().language());
                        }
                        throw e;
                    }
                });
    }

    private static ServiceException unknownLanguage(String language) {
        return ServiceException.impossible(
                        "unknown_language",
                        "language",
                        "is " + language + ", must be a text search configuration of the database")
                .withHint(
                        "simple, english, german, french and many more: SELECT cfgname FROM pg_ts_config;"
                                + " cjk for text without spaces between its words");
    }

    void drop(CollectionRef collection) {
        cancelBuilds(collection);
        Sql sql =
                Sql.of(
                        "SELECT set_config('lock_timeout', ?, true),"
                                + " drop_chunk_partition(?::integer)",
                        properties.lockTimeout().toMillis() + "ms",
                        collection.id());
        database.write(
                "deletion of a collection",
                session -> {
                    session.execute(sql);
                    return true;
                });
    }

    /** Cancels index builds, which could take minutes and hold a lock that the drop waits for. */
    private void cancelBuilds(CollectionRef collection) {
        Sql sql =
                Sql.of(
                        "SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index"
                                + " WHERE relid = to_regclass(?)",
                        table(collection));
        database.read(
                "deletion of a collection",
                session -> {
                    session.execute(sql);
                    return true;
                });
    }

    CollectionStats stats(Rows rows) {
        CollectionRef collection = rows.collection();
        String table = table(collection);
        Sql own = FilterSql.condition(rows.restrict(null));
        return database.read(
                "look-up of a collection's size",
                session -> {
                    IndexBoundary state = IndexBoundaries.read(session, collection);
                    String fresh = state == null ? "false" : state.fresh();
                    Sql sql =
                            new Sql.Builder()
                                    .add("SELECT (SELECT count(*) FROM " + table + " WHERE ")
                                    .add(own)
                                    .add(") AS chunks, (SELECT count(*) FROM " + table + " WHERE ")
                                    .add(own)
                                    .add(" AND " + fresh + ") AS fresh,")
                                    .add(
                                            """
                                                   pg_total_relation_size('%1$s') AS bytes,
                                                   EXISTS (SELECT FROM pg_index
                                                           WHERE indrelid = '%1$s'::regclass AND indexrelid = to_regclass(nullif(?, '')) AND indisvalid) AS ready,
                                                   build.relid IS NOT NULL AS building,
                                                   CASE
                                                       WHEN tuples_total > 0 THEN tuples_done::float8 / tuples_total
                                                       WHEN blocks_total > 0 THEN blocks_done::float8 / blocks_total
                                                   END AS progress,
                                                   extract(epoch FROM clock_timestamp() - query_start)::float8 AS elapsed_s
                                            FROM (VALUES (1)) AS one
                                                LEFT JOIN (SELECT * FROM pg_stat_progress_create_index
                                                           WHERE relid = '%1$s'::regclass LIMIT 1) AS build ON true
                                                LEFT JOIN pg_stat_activity ON pg_stat_activity.pid = build.pid
                                            """
                                                    .formatted(table),
                                            state == null
                                                    ? ""
                                                    : IndexExpression.name(
                                                            collection, state.boundary()))
                                    .build();
                    try (PreparedStatement statement = session.prepare(sql);
                            ResultSet row = statement.executeQuery()) {
                        row.next();
                        return statsOf(row);
                    }
                });
    }

    private static CollectionStats statsOf(ResultSet row) throws SQLException {
        long chunks = row.getLong("chunks");
        long fresh = row.getLong("fresh");
        Double built = row.getObject("progress", Double.class);
        boolean building = row.getBoolean("building");
        boolean hasIndex = row.getBoolean("ready");
        if (building) {
            double progress = built == null ? 0 : Math.min(1, built);
            Double elapsed = row.getObject("elapsed_s", Double.class);
            Double eta =
                    elapsed == null || progress < 0.02 ? null : elapsed / progress * (1 - progress);
            return new CollectionStats(
                    chunks, row.getLong("bytes"), IndexState.BUILDING, progress, fresh, eta);
        }
        IndexState state = hasIndex ? IndexState.READY : IndexState.NONE;
        Double progress = null;
        if (hasIndex && fresh > 0) {
            state = IndexState.BUILDING;
            progress = 1 - (double) fresh / Math.max(chunks, fresh);
        }
        return new CollectionStats(chunks, row.getLong("bytes"), state, progress, fresh, null);
    }
}

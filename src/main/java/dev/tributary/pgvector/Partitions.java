package dev.tributary.pgvector;

import static dev.tributary.pgvector.AnnIndex.sqlName;

import dev.tributary.failure.ServiceException;
import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.IndexSpec;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The partition of a collection and its indexes. */
final class Partitions {
    private final Database database;
    private final PgVectorProperties properties;

    Partitions(Database database, PgVectorProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    /** A generated name: digits only behind the underscore. */
    static String table(CollectionRef collection) {
        return "chunk_" + collection.id();
    }

    void create(CollectionRef collection) {
        IndexSpec index = collection.index();
        Sql sql =
                Sql.of(
                        "SELECT create_chunk_partition(?::integer, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        collection.id(),
                        collection.dimension(),
                        sqlName(collection.metric()),
                        collection.text().language(),
                        sqlName(index.type()),
                        sqlName(index.precision()),
                        index.m(),
                        index.efConstruction(),
                        AnnIndex.name(collection),
                        collection.text().titleWeight());
        database.write(
                "creation of a collection",
                session -> {
                    try (PreparedStatement statement = session.prepare(sql)) {
                        return statement.execute();
                    } catch (SQLException e) {
                        // Undefined object, or a name that cannot be a text search configuration.
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

    CollectionStats stats(CollectionRef collection) {
        Sql sql =
                Sql.of(
                        """
                        SELECT (SELECT count(*) FROM %1$s),
                               pg_total_relation_size('%1$s'),
                               EXISTS (SELECT FROM pg_index
                                       WHERE indexrelid = to_regclass(?) AND indisvalid) AS ready,
                               EXISTS (SELECT FROM pg_stat_progress_create_index
                                       WHERE relid = '%1$s'::regclass) AS building,
                               (SELECT CASE
                                           WHEN tuples_total > 0 THEN tuples_done::float8 / tuples_total
                                           WHEN blocks_total > 0 THEN blocks_done::float8 / blocks_total
                                       END
                                FROM pg_stat_progress_create_index
                                WHERE relid = '%1$s'::regclass LIMIT 1) AS progress
                        """
                                .formatted(table(collection)),
                        AnnIndex.name(collection));
        return database.read(
                "look at a collection",
                session -> {
                    try (PreparedStatement statement = session.prepare(sql);
                            ResultSet row = statement.executeQuery()) {
                        row.next();
                        return statsOf(row);
                    }
                });
    }

    private static CollectionStats statsOf(ResultSet row) throws SQLException {
        boolean building = row.getBoolean("building");
        Double progress = row.getObject("progress", Double.class);
        IndexState state =
                building
                        ? IndexState.BUILDING
                        : row.getBoolean("ready") ? IndexState.READY : IndexState.NONE;
        return new CollectionStats(
                row.getLong(1),
                row.getLong(2),
                state,
                building ? Math.min(1, progress == null ? 0 : progress) : null);
    }

    /**
     * Builds an index beside the others. {@code CONCURRENTLY} lets writes go on, and cannot run in
     * a transaction; one that failed leaves an invalid index, which is dropped first.
     */
    boolean buildIndex(CollectionRef collection) {
        IndexSpec index = collection.index();
        if (index.type() == IndexSpec.Type.NONE) {
            return true;
        }
        return database.read(
                "build of an index",
                session -> {
                    String name = AnnIndex.name(collection);
                    Boolean valid = validity(session, name);
                    if (valid != null && valid) {
                        return true;
                    }
                    if (index.type() == IndexSpec.Type.IVFFLAT
                            && rows(session, collection) < index.lists()) {
                        return false;
                    }
                    withoutTimeout(
                            session,
                            "DROP INDEX CONCURRENTLY IF EXISTS " + name,
                            indexSql(session, collection, name));
                    return true;
                });
    }

    void dropOtherIndexes(CollectionRef collection) {
        database.read(
                "deletion of an index",
                session -> {
                    for (String other : otherIndexes(session, collection)) {
                        withoutTimeout(session, "DROP INDEX CONCURRENTLY IF EXISTS " + other);
                    }
                    return true;
                });
    }

    private static List<String> otherIndexes(Session session, CollectionRef collection)
            throws SQLException {
        Sql sql =
                Sql.of(
                        """
                        SELECT c.relname
                        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                        WHERE i.indrelid = ?::regclass AND starts_with(c.relname, ?) AND c.relname <> ?
                        ORDER BY c.relname
                        """,
                        table(collection),
                        table(collection) + "_ann_",
                        AnnIndex.name(collection));
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Null if there is no such index. */
    private static @Nullable Boolean validity(Session session, String name) throws SQLException {
        Sql sql = Sql.of("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(?)", name);
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getBoolean(1) : null;
        }
    }

    private static long rows(Session session, CollectionRef collection) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM " + table(collection))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String indexSql(Session session, CollectionRef collection, String name)
            throws SQLException {
        IndexSpec index = collection.index();
        Sql sql =
                Sql.of(
                        "SELECT chunk_index_sql(?::integer, ?, ?, ?, ?, ?, ?, ?, ?, true)",
                        collection.id(),
                        collection.dimension(),
                        sqlName(collection.metric()),
                        sqlName(index.type()),
                        sqlName(index.precision()),
                        index.m(),
                        index.efConstruction(),
                        index.lists(),
                        name);
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static void withoutTimeout(Session session, String... commands) throws SQLException {
        try (Statement statement = session.connection().createStatement()) {
            statement.execute("SET statement_timeout = 0");
            try {
                for (String command : commands) {
                    statement.execute(command);
                }
            } finally {
                statement.execute("RESET statement_timeout");
            }
        }
    }
}

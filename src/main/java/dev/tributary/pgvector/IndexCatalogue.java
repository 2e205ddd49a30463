package dev.tributary.pgvector;

import static dev.tributary.pgvector.IndexExpression.sqlName;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The approximate indexes that PostgreSQL has for a collection, whatever they hold. */
final class IndexCatalogue {
    private IndexCatalogue() {}

    /** Drops the indexes with matching names, and waits for sessions that use them. */
    static void drop(Session session, CollectionRef collection, Predicate<String> isDoomed)
            throws SQLException {
        for (String name : names(session, collection)) {
            if (isDoomed.test(name)) {
                session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + name);
            }
        }
    }

    /** Whether an index has this shape. Names from earlier versions have no boundary. */
    static boolean isOfShape(String name, CollectionRef collection) {
        String shape = Partitions.table(collection) + "_ann_" + IndexExpression.shape(collection);
        return name.equals(shape) || name.startsWith(shape + "_");
    }

    private static List<String> names(Session session, CollectionRef collection)
            throws SQLException {
        Sql sql =
                Sql.of(
                        """
                        SELECT c.relname
                        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                        WHERE i.indrelid = ?::regclass AND starts_with(c.relname, ?)
                        ORDER BY c.relname
                        """,
                        Partitions.table(collection),
                        Partitions.table(collection) + "_ann_");
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    static boolean isValid(Session session, String name) throws SQLException {
        Sql sql =
                Sql.of(
                        "SELECT EXISTS (SELECT FROM pg_index"
                                + " WHERE indexrelid = to_regclass(?) AND indisvalid)",
                        name);
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The statement that builds an index concurrently with writers. */
    static String createSql(Session session, CollectionRef collection, String name, long boundary)
            throws SQLException {
        IndexSpec index = collection.index();
        Sql sql =
                Sql.of(
                        "SELECT chunk_index_sql(?::integer, ?, ?, ?, ?, ?, ?, ?, ?, true, ?)",
                        collection.id(),
                        collection.dimension(),
                        sqlName(collection.metric()),
                        sqlName(index.type()),
                        sqlName(index.precision()),
                        index.m(),
                        index.efConstruction(),
                        index.lists(),
                        name,
                        boundary);
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }
}

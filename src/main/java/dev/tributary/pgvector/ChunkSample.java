package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Include;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Picks chunks at random. In a large table, it first picks whole pages with ten times the requested
 * rows, then the sample from these rows: rows of one page were mostly written together and are
 * alike.
 */
final class ChunkSample {
    /** Up to this many rows, the sample is taken from all rows. */
    private static final long ROWS_MAX = 10_000;

    private static final int TIMES = 10;
    private static final int PICKED_MIN = 1_000;

    private ChunkSample() {}

    static List<StoredChunk> read(Session session, Rows rows, int limit, Set<Include> include)
            throws SQLException {
        long estimate = rowsEstimate(session, rows.collection());
        if (estimate > ROWS_MAX) {
            double percent = 100.0 * Math.max(PICKED_MIN, (long) TIMES * limit) / estimate;
            Sql pages = Sql.of(" TABLESAMPLE SYSTEM (CAST(? AS real))", Math.min(100, percent));
            List<StoredChunk> sample = read(session, rows, pages, limit, include);
            if (sample.size() == limit) {
                return sample;
            }
            // The estimate was far too high.
        }
        return read(session, rows, Sql.of(""), limit, include);
    }

    private static List<StoredChunk> read(
            Session session, Rows rows, Sql pages, int limit, Set<Include> include)
            throws SQLException {
        CollectionRef collection = rows.collection();
        String table = Partitions.table(collection);
        Sql from =
                new Sql.Builder()
                        .add("(SELECT id AS picked FROM " + table)
                        .add(pages)
                        .add(" WHERE ")
                        .add(FilterSql.condition(rows.restrict(null)))
                        .add(" ORDER BY random() LIMIT " + limit + ") AS pick\n")
                        .add("JOIN " + table + " AS chunk")
                        .add(" ON collection_id = " + collection.id() + " AND id = picked")
                        .build();
        return ChunkRows.read(session, from, include);
    }

    private static long rowsEstimate(Session session, CollectionRef collection)
            throws SQLException {
        Sql sql =
                Sql.of(
                        """
                        SELECT greatest(reltuples::bigint, pg_stat_get_live_tuples(oid))
                        FROM pg_class
                        WHERE oid = '%s'::regclass
                        """
                                .formatted(Partitions.table(collection)));
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}

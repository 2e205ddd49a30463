package dev.tributary.pgvector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the boundaries of approximate indexes. Another instance may have just moved one. A
 * stale boundary costs time but never a row: each row is on one side of it, and an index with a
 * later boundary can serve a search with an earlier one. Safe for use by many threads.
 */
final class IndexBoundaries {
    private static final Duration KNOWN_FOR = Duration.ofSeconds(2);
    private static final int KNOWN_MAX = 100_000;

    private final Database database;
    private final Cache<Key, Optional<IndexBoundary>> known =
            Caffeine.newBuilder().maximumSize(KNOWN_MAX).expireAfterWrite(KNOWN_FOR).build();

    private record Key(long collection, String shape) {}

    IndexBoundaries(Database database) {
        this.database = database;
    }

    /** The boundary, or null if there is no index or none is wanted: every row is then compared. */
    @Nullable IndexBoundary of(CollectionRef collection) {
        if (collection.index().type() == IndexSpec.Type.NONE) {
            return null;
        }
        return known.get(
                        key(collection),
                        _ ->
                                Optional.ofNullable(
                                        database.read(
                                                "look-up of an index",
                                                session -> read(session, collection))))
                .orElse(null);
    }

    /** Reads the current boundary. */
    static @Nullable IndexBoundary read(Session session, CollectionRef collection)
            throws SQLException {
        if (collection.index().type() == IndexSpec.Type.NONE) {
            return null;
        }
        Sql sql =
                Sql.of(
                        "SELECT boundary, rows FROM chunk_ann WHERE collection_id = ? AND shape = ?",
                        (int) collection.id(),
                        IndexExpression.shape(collection));
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? new IndexBoundary(row.getLong(1), row.getLong(2)) : null;
        }
    }

    /** Records that an index was built. */
    void built(Session session, CollectionRef collection, IndexBoundary state) throws SQLException {
        session.execute(
                Sql.of(
                        """
                        INSERT INTO chunk_ann (
                            collection_id, shape, boundary, rows, built_rows, built_bytes)
                        SELECT ?, ?, ?, n, n, pg_relation_size(?::regclass) FROM (VALUES (?)) AS built (n)
                        ON CONFLICT ON CONSTRAINT chunk_ann_pk DO UPDATE
                        SET boundary = excluded.boundary, rows = excluded.rows,
                            built_rows = excluded.built_rows, built_bytes = excluded.built_bytes,
                            built_at = now()
                        """,
                        (int) collection.id(),
                        IndexExpression.shape(collection),
                        state.boundary(),
                        IndexExpression.name(collection, state.boundary()),
                        state.rows()));
        known.invalidate(key(collection));
    }

    /** Records that rows were inserted into an index. */
    void grown(Session session, CollectionRef collection, int rows) throws SQLException {
        session.execute(
                Sql.of(
                        "UPDATE chunk_ann SET rows = rows + ? WHERE collection_id = ? AND shape = ?",
                        rows,
                        (int) collection.id(),
                        IndexExpression.shape(collection)));
        known.invalidate(key(collection));
    }

    void forgetOthers(Session session, CollectionRef collection) throws SQLException {
        session.execute(
                Sql.of(
                        "DELETE FROM chunk_ann WHERE collection_id = ? AND shape <> ?",
                        (int) collection.id(),
                        IndexExpression.shape(collection)));
    }

    private static Key key(CollectionRef collection) {
        return new Key(collection.id(), IndexExpression.shape(collection));
    }
}

package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Metric;
import java.sql.SQLException;

/**
 * The codes of a collection's fresh rows, in a narrow table that triggers maintain. Reading all
 * codes takes a fifth of the time of comparing the rows, so if there are many fresh rows, only
 * those with the nearest codes are compared.
 *
 * <p>A row and its code are written in one transaction. Codes are deleted together with a record of
 * how far, which a search reads in its own snapshot: if codes that it needs are deleted, it
 * compares every fresh row instead.
 */
final class FreshCodes {
    /** With fewer dimensions, comparing a row is as fast as comparing its code. */
    private static final int DIMENSION_MIN = 128;

    /** With more dimensions, four bits for each do not fit a page. */
    private static final int DIMENSION_MAX = 4_000;

    /** Bytes of a row in the code table, without the code. */
    private static final int ROW_BYTES = 44;

    /**
     * Rows to compare for each row that the index would visit. With 100,000 random vectors, the
     * worst case for codes, {@code ef_search} 100 then finds 0.98 of the nearest 10, as HNSW does
     * with vectors from models.
     */
    private static final int COMPARED_PER_CANDIDATE = 20;

    private FreshCodes() {}

    /** Whether a collection has codes, which can only tell angles. */
    static boolean areKept(CollectionRef collection) {
        return collection.metric() == Metric.COSINE
                && collection.dimension() >= DIMENSION_MIN
                && collection.dimension() <= DIMENSION_MAX;
    }

    private static String table(CollectionRef collection) {
        return "chunk_code_" + collection.id();
    }

    /**
     * The condition that there are more than about {@code rows} fresh rows, and that each of them
     * has a code. It uses the size of the table, which PostgreSQL knows without counting.
     */
    static String areMany(CollectionRef collection, IndexBoundary state, int rows) {
        return """
        (pg_relation_size('%s'::regclass) > %d
         AND (SELECT after <= %d FROM chunk_coded WHERE collection_id = %d))\
        """
                .formatted(
                        table(collection),
                        (long) rows * (ROW_BYTES + collection.dimension() / 2),
                        state.boundary(),
                        collection.id());
    }

    /**
     * The {@code seq} of the fresh rows worth comparing. The condition is on {@code seq + 0}, to
     * force a sequential scan: almost all of the table is fresh.
     *
     * @param code the code of the query, in SQL
     * @param candidates rows that the index would visit
     */
    static String nearest(
            CollectionRef collection, IndexBoundary state, String code, int candidates) {
        return "(SELECT seq FROM %s WHERE (seq + 0) > %d ORDER BY code <~> %s LIMIT %d)"
                .formatted(
                        table(collection),
                        state.boundary(),
                        code,
                        COMPARED_PER_CANDIDATE * candidates);
    }

    /** Deletes the codes of rows that are in the index; if there is none, all codes so far. */
    static void discard(Session session, CollectionRef collection, long boundary)
            throws SQLException {
        if (!areKept(collection)) {
            return;
        }
        session.execute(
                """
                WITH gone AS (DELETE FROM %s WHERE seq <= %d)
                UPDATE chunk_coded SET after = greatest(after, %d) WHERE collection_id = %d
                """
                        .formatted(table(collection), boundary, boundary, collection.id()));
        // Searches scan the whole table, and autovacuum may come late.
        session.execute("VACUUM " + table(collection));
    }

    /** Whether a collection without an index has so many codes that they should be deleted. */
    static boolean areInTheWay(Session session, CollectionRef collection) throws SQLException {
        return areKept(collection)
                && session.number("SELECT pg_relation_size('%s')".formatted(table(collection)))
                        > 1 << 20;
    }
}

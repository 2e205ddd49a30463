package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Metric;
import java.sql.SQLException;

/**
 * The codes of a collection's fresh rows, in a narrow table beside it that triggers keep. To read
 * all of them takes a fifth of the time of comparing the rows, so where there are many fresh rows,
 * only those with the nearest codes are compared.
 *
 * <p>A row and its code are written in one transaction. Codes are thrown away together with a note
 * of up to where, which a search reads in its own snapshot: one that counts on codes which are gone
 * compares every fresh row instead.
 */
final class FreshCodes {
    /** With fewer, a row is compared as fast as its code. */
    private static final int DIMENSION_MIN = 128;

    /** With more, four bits for each do not fit a page. */
    private static final int DIMENSION_MAX = 4_000;

    /** Bytes of a code's row beside the code. */
    private static final int ROW_BYTES = 44;

    /**
     * Rows to compare for each one the index would look at: of 100,000 vectors at random, the worst
     * there is for codes, {@code ef_search} 100 finds 0.98 of the nearest 10 so, as HNSW does of
     * vectors that models make.
     */
    private static final int COMPARED_PER_CANDIDATE = 20;

    private FreshCodes() {}

    /** Whether a collection has codes. They tell angles alone. */
    static boolean areKept(CollectionRef collection) {
        return collection.metric() == Metric.COSINE
                && collection.dimension() >= DIMENSION_MIN
                && collection.dimension() <= DIMENSION_MAX;
    }

    private static String table(CollectionRef collection) {
        return "chunk_code_" + collection.id();
    }

    /**
     * The condition that there are more than so many fresh rows, about, and that each of them has a
     * code. The size of the table is known at once.
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
     * The fresh rows worth comparing, by {@code seq}. The condition is on {@code seq + 0}, so that
     * the table is read from one end to the other, as almost all of it is fresh.
     *
     * @param code the query's, in SQL
     * @param candidates rows that the index would look at
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

    /**
     * Throws away the codes of rows that are in the index, or of all up to here if there is none.
     */
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
        // The table is read as a whole, and autovacuum may come late.
        session.execute("VACUUM " + table(collection));
    }

    /** Whether a collection without an index has so many codes that they should go. */
    static boolean areInTheWay(Session session, CollectionRef collection) throws SQLException {
        return areKept(collection)
                && session.number("SELECT pg_relation_size('%s')".formatted(table(collection)))
                        > 1 << 20;
    }
}

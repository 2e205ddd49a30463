package dev.tributary.pgvector;

/**
 * What the approximate index of a collection holds: the rows whose {@code seq} is at most the
 * boundary. All other rows are fresh, and searches compare them one by one.
 *
 * @param rows approximate number of rows that the index holds
 */
record IndexBoundary(long boundary, long rows) {
    /** The rows that the index holds: exactly the index's own condition. */
    String indexed() {
        return "(seq + 0) <= " + boundary;
    }

    /** All other rows. */
    String fresh() {
        return "seq > " + boundary;
    }
}

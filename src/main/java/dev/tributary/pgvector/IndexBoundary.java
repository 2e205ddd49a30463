package dev.tributary.pgvector;

/**
 * What the approximate index of a collection holds: the rows whose {@code seq} is at most the
 * boundary. All others are fresh, and compared one by one.
 *
 * @param rows about how many it holds
 */
record IndexBoundary(long boundary, long rows) {
    /** The rows that the index holds, as its own condition says it: to the letter. */
    String indexed() {
        return "(seq + 0) <= " + boundary;
    }

    /** All other rows. */
    String fresh() {
        return "seq > " + boundary;
    }
}

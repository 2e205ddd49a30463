package dev.tributary.sync;

import org.jspecify.annotations.Nullable;

/**
 * How far a follower has been told.
 *
 * @param seen the follower has been told of every transaction visible in this snapshot
 * @param window the transactions that are being told; null between windows
 */
record Cursor(Snapshot seen, @Nullable Window window) {
    /**
     * A snapshot of the transactions of the cluster.
     *
     * @param text as PostgreSQL writes a {@code pg_snapshot}
     * @param takenAt as PostgreSQL writes a {@code timestamptz}
     */
    record Snapshot(String text, String takenAt) {}

    /**
     * The transactions that are visible in one snapshot and not in the cursor's {@code seen}.
     *
     * @param upto the later snapshot
     * @param told the last change that was told
     */
    record Window(Snapshot upto, Position told) {}

    /**
     * The place of a change in the log.
     *
     * @param xact as PostgreSQL writes an {@code xid8}
     */
    record Position(String xact, long number) {}
}

package dev.tributary.sync;

import dev.tributary.sync.Cursor.Position;
import dev.tributary.sync.Cursor.Snapshot;
import dev.tributary.sync.Cursor.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of {@code chunk_change}, and of the cursors in {@code chunk_follower}. */
@Component
class ChangeRows {
    /** Why a follower from before a restore is broken. */
    static final String OTHER_CLUSTER =
            "it is from another database cluster, whose transaction ids mean nothing here";

    /**
     * Starts in the primary key at the first change that may still be untold: transactions below
     * {@code pg_snapshot_xmin(seen)} were told, and so were those of the window up to the position.
     */
    static final String UNTOLD =
            """
            FROM chunk_change
            WHERE collection_id = :id
              AND (xact, number) > (coalesce(CAST(:xact AS xid8), pg_snapshot_xmin(CAST(:seen AS pg_snapshot))), :number)
              AND NOT pg_visible_in_snapshot(xact, CAST(:seen AS pg_snapshot))
            """;

    private final JdbcClient jdbc;

    /** A change in the log. */
    record Change(Position position, UUID chunk) {}

    /**
     * A follower's row.
     *
     * @param version increases with each move of the cursor
     * @param now the snapshot of the statement that read it
     */
    record State(
            Cursor cursor,
            long version,
            Snapshot now,
            boolean isOfThisCluster,
            @Nullable String broken) {}

    ChangeRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Begins to follow. Waits for writers to the collection, and they wait for it.
     *
     * @param most how long to wait for a lock
     */
    void follow(Follower follower, Duration most) {
        call("follow_chunk_changes(CAST(:id AS integer), :name)", follower, most);
    }

    /**
     * Stops following. Also waits for readers of the collection, and they wait for it.
     *
     * @param most how long to wait for a lock
     */
    void unfollow(Follower follower, Duration most) {
        call("unfollow_chunk_changes(CAST(:id AS integer), :name)", follower, most);
    }

    private void call(String function, Follower follower, Duration most) {
        lockTimeout(most);
        jdbc.sql("SELECT 1 FROM (SELECT " + function + ") AS done")
                .param("id", follower.collection())
                .param("name", follower.name())
                .query(Integer.class)
                .single();
    }

    /**
     * Waits until no transaction that has written to a followed collection is open, and lets none
     * write until the end of this one.
     *
     * @param most how long to wait
     */
    void pauseWriters(long collection, Duration most) {
        lockTimeout(most);
        jdbc.sql(
                        """
                        SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext('chunk change'), CAST(:id AS integer))) AS done
                        """)
                .param("id", collection)
                .query(Integer.class)
                .single();
    }

    private void lockTimeout(Duration most) {
        jdbc.sql("SELECT set_config('lock_timeout', :most, true)")
                .param("most", most.toMillis() + "ms")
                .query(String.class)
                .single();
    }

    Optional<State> find(Follower follower) {
        return state(follower, "");
    }

    /**
     * Finds the state and locks it: no other session moves the cursor until the transaction ends.
     */
    Optional<State> lock(Follower follower) {
        return state(follower, "FOR UPDATE");
    }

    private Optional<State> state(Follower follower, String lock) {
        return jdbc.sql(
                        """
                        SELECT version, seen, seen_at, upto, upto_at, told_xact, told_number, broken_reason,
                               cluster = chunk_cluster() AS is_of_this_cluster,
                               pg_current_snapshot() AS now, clock_timestamp() AS now_at
                        FROM chunk_follower WHERE collection_id = :id AND name = :name
                        """
                                + lock)
                .param("id", follower.collection())
                .param("name", follower.name())
                .query(ChangeRows::state)
                .optional();
    }

    private static State state(ResultSet row, int number) throws SQLException {
        String upto = row.getString("upto");
        Window window =
                upto == null
                        ? null
                        : new Window(
                                new Snapshot(upto, row.getString("upto_at")),
                                new Position(
                                        row.getString("told_xact"), row.getLong("told_number")));
        var seen = new Snapshot(row.getString("seen"), row.getString("seen_at"));
        return new State(
                new Cursor(seen, window),
                row.getLong("version"),
                new Snapshot(row.getString("now"), row.getString("now_at")),
                row.getBoolean("is_of_this_cluster"),
                row.getString("broken_reason"));
    }

    /**
     * The changes between two snapshots, in the order of their transactions.
     *
     * @param told the last change that was told; null before the first
     */
    List<Change> between(
            long collection, Snapshot seen, Snapshot upto, @Nullable Position told, int limit) {
        return jdbc.sql(
                        "SELECT xact, number, chunk_id "
                                + UNTOLD
                                + """
                                  AND pg_visible_in_snapshot(xact, CAST(:upto AS pg_snapshot))
                                ORDER BY xact, number LIMIT :limit
                                """)
                .param("id", collection)
                .param("seen", seen.text())
                .param("upto", upto.text())
                .param("xact", told == null ? null : told.xact())
                .param("number", told == null ? 0 : told.number())
                .param("limit", limit)
                .query((row, _) ->
                        new Change(
                                new Position(row.getString(1), row.getLong(2)),
                                row.getObject(3, UUID.class)))
                .list();
    }

    /** Moves the cursor past a batch; false if it is no longer where the batch was read. */
    boolean move(ChangeBatch batch) {
        Cursor after = batch.after();
        Window window = after.window();
        return jdbc.sql(
                                """
                                UPDATE chunk_follower
                                SET version = version + 1,
                                    seen = CAST(:seen AS pg_snapshot), seen_at = CAST(:seenAt AS timestamptz),
                                    upto = CAST(:upto AS pg_snapshot), upto_at = CAST(:uptoAt AS timestamptz),
                                    told_xact = CAST(:xact AS xid8), told_number = CAST(:number AS bigint)
                                WHERE collection_id = :id AND name = :name AND version = :version
                                  AND broken_at IS NULL
                                """)
                        .param("seen", after.seen().text())
                        .param("seenAt", after.seen().takenAt())
                        .param("upto", window == null ? null : window.upto().text())
                        .param("uptoAt", window == null ? null : window.upto().takenAt())
                        .param("xact", window == null ? null : window.told().xact())
                        .param("number", window == null ? null : window.told().number())
                        .param("id", batch.follower().collection())
                        .param("name", batch.follower().name())
                        .param("version", batch.version())
                        .update()
                == 1;
    }
}

package dev.tributary.sync;

import dev.tributary.sync.Cursor.Position;
import dev.tributary.sync.Cursor.Snapshot;
import dev.tributary.sync.Cursor.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Where a sound follower is. */
    private static final String SOUND_FOLLOWER =
            """
            SELECT CAST(ROW(cluster, seen, upto, told_xact, told_number) AS chunk_position) AS reached, seen_at
            FROM chunk_follower
            WHERE collection_id = :id AND name = :name AND broken_at IS NULL AND cluster = chunk_cluster()
            """;

    /** A row without a chunk says that the follower is there. */
    private static final String PENDING_CHUNKS =
            "WITH follower AS MATERIALIZED ("
                    + SOUND_FOLLOWER
                    + """
                    )
                    SELECT CAST(NULL AS uuid) AS chunk_id FROM follower
                    UNION ALL
                    SELECT chunk_id FROM follower, chunk_changes_since(CAST(:id AS integer), reached, :limit)
                    UNION ALL
                    (SELECT chunk_id FROM chunk_set_aside
                     WHERE collection_id = :id AND name = :name LIMIT :limit)
                    """;

    private static final String BACKLOG =
            "WITH follower AS MATERIALIZED ("
                    + SOUND_FOLLOWER
                    + """
                    ), untold AS (
                        SELECT changed_at
                        FROM follower, chunk_changes_since(CAST(:id AS integer), reached, :limit) LIMIT :limit)
                    SELECT (SELECT count(*) FROM untold) AS changes,
                           (SELECT count(*) FROM chunk_set_aside
                            WHERE collection_id = :id AND name = :name) AS set_aside,
                           coalesce((SELECT extract(epoch FROM clock_timestamp() - greatest(min(changed_at), seen_at))
                            FROM untold HAVING count(*) > 0), 0) AS age
                    FROM follower
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

    /**
     * The chunks with changes that a follower was not told of, or has set aside.
     *
     * @param limit most changes to read of each kind
     * @return empty if the follower is not there, or is broken
     */
    Optional<PendingChanges> pending(Follower follower, int limit) {
        List<Optional<UUID>> read =
                jdbc.sql(PENDING_CHUNKS)
                        .param("id", follower.collection())
                        .param("name", follower.name())
                        .param("limit", limit)
                        .query((row, _) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                        .list();
        if (!read.contains(Optional.<UUID>empty())) {
            return Optional.empty();
        }
        List<UUID> chunks = read.stream().flatMap(Optional::stream).distinct().toList();
        return Optional.of(new PendingChanges(chunks, read.size() <= limit));
    }

    /** Where a follower is, as text; empty if it is not there, or is broken. */
    Optional<String> position(Follower follower) {
        return jdbc.sql("SELECT CAST(reached AS text) FROM (" + SOUND_FOLLOWER + ") AS follower")
                .param("id", follower.collection())
                .param("name", follower.name())
                .query((row, _) -> row.getString(1))
                .optional();
    }

    /** The backlog of a follower; empty if it is not there, or is broken. */
    Optional<ChangeBacklog> backlog(Follower follower, int limit) {
        return jdbc.sql(BACKLOG)
                .param("id", follower.collection())
                .param("name", follower.name())
                .param("limit", limit)
                .query((row, _) ->
                        new ChangeBacklog(row.getLong(1), row.getLong(2), row.getDouble(3)))
                .optional();
    }

    /** The followers of these that have changes to be told of. */
    List<Follower> untold(Collection<Follower> followers) {
        return jdbc.sql(
                        """
                        SELECT collection_id, name FROM chunk_follower AS follower
                        WHERE (collection_id, name) IN (
                                SELECT * FROM unnest(CAST(:ids AS integer[]), CAST(:names AS text[])))
                          AND (upto IS NOT NULL OR broken_at IS NOT NULL OR EXISTS (
                              SELECT FROM chunk_change AS change
                              WHERE change.collection_id = follower.collection_id
                                AND xact >= pg_snapshot_xmin(seen)
                                AND NOT pg_visible_in_snapshot(xact, seen)))
                        """)
                .param("ids", followers.stream().map(Follower::collection).toArray(Long[]::new))
                .param("names", followers.stream().map(Follower::name).toArray(String[]::new))
                .query((row, _) -> new Follower(row.getLong(1), row.getString(2)))
                .list();
    }

    /**
     * Locks those of these chunks that exist and that nobody is writing to, until the transaction
     * ends.
     *
     * @return those that somebody is writing to
     */
    Set<UUID> lockQuiet(long collection, Collection<UUID> chunks) {
        String existing =
                """
                SELECT id FROM chunk WHERE collection_id = :id AND id = ANY (CAST(:chunks AS uuid[]))
                """;
        Set<UUID> busy = ids(existing, collection, chunks);
        busy.removeAll(ids(existing + "FOR SHARE SKIP LOCKED", collection, chunks));
        return busy;
    }

    private Set<UUID> ids(String sql, long collection, Collection<UUID> chunks) {
        return new HashSet<>(
                jdbc.sql(sql)
                        .param("id", collection)
                        .param("chunks", chunks.toArray(UUID[]::new))
                        .query(UUID.class)
                        .list());
    }

    /** Logs a change of each of these chunks, as if it had been written. */
    void repeat(long collection, Collection<UUID> chunks) {
        jdbc.sql(
                        """
                        INSERT INTO chunk_change (collection_id, chunk_id)
                        SELECT :id, unnest(CAST(:chunks AS uuid[]))
                        """)
                .param("id", collection)
                .param("chunks", chunks.toArray(UUID[]::new))
                .update();
    }

    /** Sets a change aside, or notes that it failed again. */
    void setAside(Follower follower, UUID chunk, long number, String error) {
        jdbc.sql(
                        """
                        INSERT INTO chunk_set_aside (collection_id, name, chunk_id, number, error)
                        VALUES (:id, :name, :chunk, :number, :error)
                        ON CONFLICT (collection_id, name, chunk_id) DO UPDATE
                        SET number = greatest(chunk_set_aside.number, excluded.number), error = excluded.error,
                            tried_at = excluded.tried_at
                        """)
                .param("id", follower.collection())
                .param("name", follower.name())
                .param("chunk", chunk)
                .param("number", number)
                .param("error", error)
                .update();
    }

    /** Forgets the changes of these chunks that were set aside, up to the numbers. */
    void settle(Follower follower, Map<UUID, Long> numbers) {
        jdbc.sql(
                        """
                        DELETE FROM chunk_set_aside AS aside
                        USING unnest(CAST(:chunks AS uuid[]), CAST(:numbers AS bigint[])) AS done (chunk_id, number)
                        WHERE aside.collection_id = :id AND aside.name = :name
                          AND aside.chunk_id = done.chunk_id AND aside.number <= done.number
                        """)
                .param("id", follower.collection())
                .param("name", follower.name())
                .param("chunks", numbers.keySet().toArray(UUID[]::new))
                .param("numbers", numbers.values().toArray(Long[]::new))
                .update();
    }

    /** Changes that were set aside, the one that was tried longest ago first. */
    List<SetAside> setAside(Follower follower, int limit) {
        return jdbc.sql(
                        """
                        SELECT chunk_id, number, error, since FROM chunk_set_aside
                        WHERE collection_id = :id AND name = :name ORDER BY tried_at, chunk_id LIMIT :limit
                        """)
                .param("id", follower.collection())
                .param("name", follower.name())
                .param("limit", limit)
                .query((row, _) ->
                        new SetAside(
                                row.getObject(1, UUID.class),
                                row.getLong(2),
                                row.getString(3),
                                row.getObject(4, OffsetDateTime.class).toInstant()))
                .list();
    }
}

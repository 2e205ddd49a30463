package dev.tributary.sync;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL that deletes changes and marks followers as broken. */
@Component
class TrimRows {
    static final int DELETED_MAX = 10_000;

    private final JdbcClient jdbc;

    /**
     * A follower that is not broken, and the changes that it has not been told of.
     *
     * @param changes number of changes, counted up to one more than the limit
     * @param ageMs age of the oldest change, or the time since the follower was last up to date if
     *     that is shorter; null if there are none
     */
    record Backlog(Follower follower, long version, long changes, @Nullable Long ageMs) {}

    TrimRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The snapshots up to which the unbroken followers were told of changes. */
    Map<Follower, String> seen() {
        Map<Follower, String> seen = new HashMap<>();
        jdbc.sql(
                        """
                        SELECT collection_id, name, seen FROM chunk_follower
                        WHERE broken_at IS NULL AND cluster = chunk_cluster()
                        """)
                .query(row -> {
                    seen.put(new Follower(row.getLong(1), row.getString(2)), row.getString(3));
                });
        return seen;
    }

    /**
     * Deletes one batch of the changes that are visible in every one of these snapshots. Skips rows
     * that another session is deleting.
     *
     * @param seen one or more
     * @return whether there may be more changes to delete
     */
    boolean deleteTold(long collection, Collection<String> seen) {
        return jdbc.sql(
                                """
                                WITH follower AS MATERIALIZED (
                                    SELECT CAST(seen AS pg_snapshot) AS seen FROM unnest(CAST(:seen AS text[])) AS seen),
                                told AS (
                                    SELECT xact, number FROM chunk_change
                                    WHERE collection_id = :id
                                      AND xact < (SELECT min(pg_snapshot_xmax(seen)) FROM follower)
                                      AND NOT EXISTS (
                                          SELECT FROM follower WHERE NOT pg_visible_in_snapshot(xact, seen))
                                    ORDER BY xact, number LIMIT :limit
                                    FOR UPDATE SKIP LOCKED)
                                DELETE FROM chunk_change USING told
                                WHERE collection_id = :id AND chunk_change.xact = told.xact
                                  AND chunk_change.number = told.number
                                """)
                        .param("id", collection)
                        .param("seen", seen.toArray(String[]::new))
                        .param("limit", DELETED_MAX)
                        .update()
                == DELETED_MAX;
    }

    /**
     * Deletes one batch of the changes of a collection without unbroken followers; of any other
     * collection, nothing.
     *
     * @return whether there may be more changes to delete
     */
    boolean deleteUnfollowed(long collection) {
        return jdbc.sql(
                                """
                                WITH unfollowed AS (
                                    SELECT xact, number FROM chunk_change
                                    WHERE collection_id = :id AND NOT EXISTS (
                                        SELECT FROM chunk_follower
                                        WHERE collection_id = :id AND broken_at IS NULL AND cluster = chunk_cluster())
                                    ORDER BY xact, number LIMIT :limit
                                    FOR UPDATE SKIP LOCKED)
                                DELETE FROM chunk_change USING unfollowed
                                WHERE collection_id = :id AND chunk_change.xact = unfollowed.xact
                                  AND chunk_change.number = unfollowed.number
                                """)
                        .param("id", collection)
                        .param("limit", DELETED_MAX)
                        .update()
                == DELETED_MAX;
    }

    /** The next collection that has changes; empty after the last. */
    Optional<Long> collectionAfter(long collection) {
        return jdbc.sql(
                        """
                        SELECT collection_id FROM chunk_change WHERE collection_id > :id
                        ORDER BY collection_id LIMIT 1
                        """)
                .param("id", collection)
                .query(Long.class)
                .optional();
    }

    /** Collections that still have the trigger but no unbroken follower. */
    List<Long> unfollowed() {
        return jdbc.sql(
                        """
                        SELECT CAST(substring(relname FROM '^chunk_([0-9]+)$') AS integer)
                        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
                        WHERE tgname = 'note_change' AND relname ~ '^chunk_[0-9]+$'
                          AND NOT EXISTS (
                              SELECT FROM chunk_follower
                              WHERE collection_id = CAST(substring(relname FROM '^chunk_([0-9]+)$') AS integer)
                                AND broken_at IS NULL AND cluster = chunk_cluster())
                        ORDER BY 1
                        """)
                .query((row, _) -> row.getLong(1))
                .list();
    }

    /**
     * Drops the trigger of a collection without unbroken followers.
     *
     * @param most longest wait for a lock; writers and readers wait meanwhile
     */
    void release(long collection, Duration most) {
        jdbc.sql("SELECT set_config('lock_timeout', :most, true)")
                .param("most", most.toMillis() + "ms")
                .query(String.class)
                .single();
        jdbc.sql("SELECT 1 FROM (SELECT release_chunk_changes(CAST(:id AS integer))) AS done")
                .param("id", collection)
                .query(Integer.class)
                .single();
    }

    /**
     * Marks the followers of other clusters as broken.
     *
     * @return the followers that were not marked before
     */
    List<Follower> breakOthers() {
        return jdbc.sql(
                        """
                        UPDATE chunk_follower SET broken_at = clock_timestamp(), broken_reason = :reason
                        WHERE broken_at IS NULL AND cluster <> chunk_cluster()
                        RETURNING collection_id, name
                        """)
                .param("reason", ChangeRows.OTHER_CLUSTER)
                .query((row, _) -> new Follower(row.getLong(1), row.getString(2)))
                .list();
    }

    /** The backlog of each unbroken follower; counts changes one by one up to the limit. */
    List<Backlog> backlogs(long changesMax) {
        return jdbc.sql(
                        """
                        SELECT collection_id, name, version, changes,
                               CAST(1000 * extract(epoch FROM clock_timestamp() - greatest(oldest, seen_at)) AS bigint)
                        FROM chunk_follower AS follower, LATERAL (
                            SELECT count(*) AS changes, min(changed_at) AS oldest FROM (
                                SELECT changed_at FROM chunk_change
                                WHERE collection_id = follower.collection_id
                                  AND (xact, number)
                                      > (coalesce(told_xact, pg_snapshot_xmin(seen)), coalesce(told_number, 0))
                                  AND NOT pg_visible_in_snapshot(xact, seen)
                                ORDER BY xact, number LIMIT :limit) AS untold) AS backlog
                        WHERE broken_at IS NULL AND cluster = chunk_cluster() AND changes > 0
                        ORDER BY collection_id, name
                        """)
                .param("limit", changesMax + 1)
                .query((row, _) ->
                        new Backlog(
                                new Follower(row.getLong(1), row.getString(2)),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5)))
                .list();
    }

    /** Marks a follower as broken, unless it was told of something since its backlog was read. */
    boolean markBroken(Backlog backlog, String reason) {
        return jdbc.sql(
                                """
                                UPDATE chunk_follower SET broken_at = clock_timestamp(), broken_reason = :reason
                                WHERE collection_id = :id AND name = :name AND version = :version
                                  AND broken_at IS NULL
                                """)
                        .param("reason", reason)
                        .param("id", backlog.follower().collection())
                        .param("name", backlog.follower().name())
                        .param("version", backlog.version())
                        .update()
                == 1;
    }
}

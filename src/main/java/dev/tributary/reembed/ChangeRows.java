package dev.tributary.reembed;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The SQL of {@code reembed_change}: which chunks of a collection were written since it is
 * followed. A change is there if and only if what it is about was committed.
 */
@Component
class ChangeRows {
    private static final int DELETED_MAX = 10_000;

    private final JdbcClient jdbc;

    /** That a chunk was written or deleted once. */
    record Change(UUID chunk, long number) {}

    ChangeRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Begins to note the changes of a collection; does nothing if they are noted. What was written
     * before is seen by whoever looks after the commit. Waits for writers, and they for it.
     *
     * @param most how long to wait for a lock
     */
    void follow(long collection, Duration most) {
        lockTimeout(most);
        call(
                "SELECT 1 FROM (SELECT follow_chunk_changes(CAST(:id AS integer))) AS done",
                collection);
    }

    /**
     * Ends that; does nothing if they are not noted. Waits for readers too, and they for it.
     *
     * @param most how long to wait for a lock
     */
    void unfollow(long collection, Duration most) {
        lockTimeout(most);
        call(
                "SELECT 1 FROM (SELECT unfollow_chunk_changes(CAST(:id AS integer))) AS done",
                collection);
    }

    /**
     * Waits until no transaction that writes to a followed collection is open, and lets none begin
     * until the end of this one.
     *
     * @param most how long to wait
     */
    void pauseWriters(long collection, Duration most) {
        lockTimeout(most);
        call(
                """
                SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext('reembed'), CAST(:id AS integer))) AS done
                """,
                collection);
    }

    private void lockTimeout(Duration most) {
        jdbc.sql("SELECT set_config('lock_timeout', :most, true)")
                .param("most", most.toMillis() + "ms")
                .query(String.class)
                .single();
    }

    private void call(String sql, long collection) {
        jdbc.sql(sql).param("id", collection).query(Integer.class).single();
    }

    /** Some of the changes, those of one chunk together as far as the limit lets them. */
    List<Change> some(long collection, int limit) {
        return jdbc.sql(
                        """
                        SELECT chunk_id, number FROM reembed_change
                        WHERE collection_id = :id
                        ORDER BY chunk_id, number LIMIT :limit
                        """)
                .param("id", collection)
                .param("limit", limit)
                .query((row, _) -> new Change(row.getObject(1, UUID.class), row.getLong(2)))
                .list();
    }

    /** Forgets just these: of the same chunk, there may be later ones by now. */
    void delete(long collection, List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        jdbc.sql(
                        """
                        DELETE FROM reembed_change
                        WHERE collection_id = :id AND chunk_id IN (:chunks) AND number IN (:numbers)
                        """)
                .param("id", collection)
                .param("chunks", changes.stream().map(Change::chunk).distinct().toList())
                .param("numbers", changes.stream().map(Change::number).toList())
                .update();
    }

    /**
     * Forgets a part of what is known of a collection.
     *
     * @return whether there may be more
     */
    boolean deleteSome(long collection) {
        return jdbc.sql(
                                """
                                DELETE FROM reembed_change WHERE (collection_id, chunk_id, number) IN (
                                    SELECT collection_id, chunk_id, number FROM reembed_change
                                    WHERE collection_id = :id
                                    ORDER BY chunk_id, number LIMIT :limit)
                                """)
                        .param("id", collection)
                        .param("limit", DELETED_MAX)
                        .update()
                == DELETED_MAX;
    }
}

package dev.tributary.pgvector;

import dev.tributary.background.BackgroundTask;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the statistics of the text leg in the background: how many rows have each common word,
 * and how long chunks are. A collection is measured again once a fifth of it has changed, one
 * collection at a time, by whichever instance comes first. Writes do not wait for it.
 *
 * <p>While a collection is being written to, it is measured for a twentieth of the time at most: an
 * import would otherwise share the processor with measurements that it makes outdated at once.
 */
final class TextStatistics extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(TextStatistics.class);

    /** Smaller collections are measured during each search. */
    private static final long BYTES_MIN = 1 << 20;

    private static final int COLLECTIONS_MAX = 100;
    private static final Duration REFRESH_MAX = Duration.ofMinutes(10);

    /** Rounds for which a collection that could not be refreshed is skipped. */
    private static final int ROUNDS_OFF = 30;

    private static final int PAUSE_FACTOR = 20;

    private final Database database;
    private final PgVectorProperties properties;
    private final Map<Integer, Pause> pauses = new HashMap<>();

    /**
     * A collection of which a fifth has changed.
     *
     * @param changes rows written and deleted since it was created, as PostgreSQL counts them
     */
    record Changed(int collection, long changes) {}

    /**
     * When a collection is measured again.
     *
     * @param until as {@link System#nanoTime()}
     * @param changes its changes when it was last looked at; null if only the time counts
     */
    private record Pause(long until, @Nullable Long changes) {}

    TextStatistics(Database database, PgVectorProperties properties) {
        super("text statistics", properties.textCheckInterval());
        this.database = database;
        this.properties = properties;
    }

    @Override
    protected Duration round() {
        for (Changed each : changed()) {
            if (!isRunning()) {
                break;
            }
            if (isDue(each)) {
                tryRefresh(each);
            }
        }
        return properties.textCheckInterval();
    }

    /** Whether a collection has had its pause, or is no longer written to. */
    boolean isDue(Changed now) {
        long time = System.nanoTime();
        pauses.values().removeIf(pause -> pause.until() - time <= 0);
        Pause pause = pauses.get(now.collection());
        if (pause == null || (pause.changes() != null && pause.changes() == now.changes())) {
            return true;
        }
        if (pause.changes() != null) {
            pauses.put(now.collection(), new Pause(pause.until(), now.changes()));
        }
        return false;
    }

    void tryRefresh(Changed changed) {
        long begun = System.nanoTime();
        try {
            refresh(changed.collection());
            long end = System.nanoTime();
            long until = end + PAUSE_FACTOR * (end - begun);
            pauses.put(changed.collection(), new Pause(until, changed.changes()));
        } catch (RuntimeException e) {
            log.warn(
                    "the words of collection {} could not be counted: {}",
                    changed.collection(),
                    e.getMessage());
            long until = begun + ROUNDS_OFF * properties.textCheckInterval().toNanos();
            pauses.put(changed.collection(), new Pause(until, null));
        }
    }

    /**
     * The collections of which a fifth was inserted, updated or deleted since they were measured.
     */
    List<Changed> changed() {
        Sql sql =
                Sql.of(
                        """
                        SELECT id, now.changes FROM (
                            SELECT substring(part.relname FROM 'chunk_(\\d+)')::integer AS id,
                                   pg_relation_size(part.oid) AS bytes,
                                   stat.n_tup_ins + stat.n_tup_upd + stat.n_tup_del AS changes
                            FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
                                JOIN pg_stat_user_tables AS stat ON stat.relid = part.oid
                            WHERE inhparent = 'chunk'::regclass) AS now
                            LEFT JOIN chunk_text AS last ON last.collection_id = now.id
                        WHERE now.bytes >= ?
                            AND (last.bytes IS NULL
                                 OR abs(now.bytes - last.bytes) > last.bytes / 5
                                 OR now.changes < last.changes
                                 OR now.changes - last.changes > greatest(last.rows / 5, 100))
                        ORDER BY last.refreshed_at NULLS FIRST, id LIMIT ?
                        """,
                        BYTES_MIN,
                        COLLECTIONS_MAX);
        return database.read(
                "look-up of changed collections",
                session -> {
                    List<Changed> changed = new ArrayList<>();
                    try (PreparedStatement statement = session.prepare(sql);
                            ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) {
                            changed.add(new Changed(rows.getInt(1), rows.getLong(2)));
                        }
                    }
                    return changed;
                });
    }

    /**
     * Counts the words of a collection again.
     *
     * @return false if another instance is counting them
     */
    boolean refresh(int collection) {
        Sql sql =
                Sql.of(
                        "SELECT refresh_chunk_text(?::integer, ?)",
                        collection,
                        properties.textSampleSize().toBytes());
        return database.write(
                "count of words",
                session -> {
                    setTimeout(session);
                    try (PreparedStatement statement = session.prepareSelfTimed(sql);
                            ResultSet row = statement.executeQuery()) {
                        return row.next() && row.getBoolean(1);
                    }
                });
    }

    private static void setTimeout(Database.Session session) throws SQLException {
        session.execute(
                Sql.of(
                        "SELECT set_config('statement_timeout', ?, true)",
                        REFRESH_MAX.toMillis() + "ms"));
    }
}

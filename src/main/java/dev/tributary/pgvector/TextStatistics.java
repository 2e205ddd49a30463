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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the statistics of the text leg in the background: how many rows have each common word,
 * and how long chunks are. A collection is measured again once a fifth of it has changed, one
 * collection at a time, by whichever instance comes first. Writes do not wait for it.
 */
final class TextStatistics extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(TextStatistics.class);

    /** Smaller collections are measured during each search. */
    private static final long BYTES_MIN = 1 << 20;

    private static final int COLLECTIONS_MAX = 100;
    private static final Duration REFRESH_MAX = Duration.ofMinutes(10);

    /** Rounds for which a collection that could not be refreshed is skipped. */
    private static final int ROUNDS_OFF = 30;

    private final Database database;
    private final PgVectorProperties properties;
    private final Map<Integer, Integer> roundsOff = new HashMap<>();

    TextStatistics(Database database, PgVectorProperties properties) {
        super("text statistics", properties.textCheckInterval());
        this.database = database;
        this.properties = properties;
    }

    @Override
    protected Duration round() {
        roundsOff.replaceAll((_, rounds) -> rounds - 1);
        roundsOff.values().removeIf(rounds -> rounds <= 0);
        for (int collection : changed()) {
            if (!isRunning()) {
                break;
            }
            if (!roundsOff.containsKey(collection)) {
                tryRefresh(collection);
            }
        }
        return properties.textCheckInterval();
    }

    private void tryRefresh(int collection) {
        try {
            refresh(collection);
        } catch (RuntimeException e) {
            log.warn(
                    "the words of collection {} could not be counted: {}",
                    collection,
                    e.getMessage());
            roundsOff.put(collection, ROUNDS_OFF);
        }
    }

    /**
     * The collections of which a fifth was inserted, updated or deleted since they were measured.
     */
    List<Integer> changed() {
        Sql sql =
                Sql.of(
                        """
                        SELECT id FROM (
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
                    List<Integer> ids = new ArrayList<>();
                    try (PreparedStatement statement = session.prepare(sql);
                            ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) {
                            ids.add(rows.getInt(1));
                        }
                    }
                    return ids;
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

package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.UpkeepStats;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maintains partitions beyond what autovacuum does, at a quiet time. Safe for use by many threads
 * and instances.
 */
final class Upkeep {
    /**
     * Share of dead or changed rows from which a partition is vacuumed or analyzed: half of
     * autovacuum's.
     */
    private static final double CHANGED_SHARE_MIN = 0.05;

    /** An index that is larger than a new one by this share is rebuilt. */
    private static final double INDEX_BLOAT_MAX = 0.5;

    /** Rows sampled to estimate the size of a row. */
    private static final int SAMPLED = 500;

    private final Database database;
    private final StagedIndex index;
    private final PgVectorProperties properties;

    Upkeep(Database database, StagedIndex index, PgVectorProperties properties) {
        this.database = database;
        this.index = index;
        this.properties = properties;
    }

    private record Changes(long rows, long dead, long sinceAnalyze) {
        boolean isMuch(long changed) {
            return changed > 0 && changed >= CHANGED_SHARE_MIN * rows;
        }
    }

    UpkeepStats stats(CollectionRef collection) {
        return database.read(
                "look-up of a collection's storage",
                session -> {
                    Sql sql = statsSql(session, collection);
                    try (PreparedStatement statement = session.prepare(sql);
                            ResultSet row = statement.executeQuery()) {
                        row.next();
                        return statsOf(row);
                    }
                });
    }

    /** A row takes its columns plus 28 bytes for its header and its line pointer. */
    private static Sql statsSql(Session session, CollectionRef collection) throws SQLException {
        IndexBoundary state = IndexBoundaries.read(session, collection);
        return Sql.of(
                """
                SELECT pg_table_size('%1$s') AS row_bytes, pg_indexes_size('%1$s') AS index_bytes,
                       greatest(n_dead_tup, 0) AS dead,
                       pg_relation_size('%1$s') - n_live_tup * (
                           SELECT coalesce(avg(pg_column_size(part.*)) + 28, 0)
                           FROM (SELECT * FROM %1$s LIMIT %2$d) AS part) AS bloat,
                       pg_relation_size(to_regclass(nullif(?, '')))::float8 AS ann_bytes,
                       (SELECT built_bytes * rows::float8 / nullif(built_rows, 0) FROM chunk_ann
                        WHERE collection_id = %3$d AND shape = ?) AS ann_wanted,
                       greatest(last_vacuum, last_autovacuum) AS vacuumed_at,
                       greatest(last_analyze, last_autoanalyze) AS analyzed_at
                FROM pg_stat_user_tables WHERE relid = '%1$s'::regclass
                """
                        .formatted(Partitions.table(collection), SAMPLED, collection.id()),
                state == null ? "" : IndexExpression.name(collection, state.boundary()),
                IndexExpression.shape(collection));
    }

    private static UpkeepStats statsOf(ResultSet row) throws SQLException {
        Double annBytes = row.getObject("ann_bytes", Double.class);
        Double wanted = row.getObject("ann_wanted", Double.class);
        return new UpkeepStats(
                row.getLong("row_bytes"),
                row.getLong("index_bytes"),
                row.getLong("dead"),
                Math.max(0, row.getLong("bloat")),
                annBytes == null || wanted == null || wanted == 0
                        ? null
                        : Double.valueOf(Math.max(0, annBytes / wanted - 1)),
                instant(row, "vacuumed_at"),
                instant(row, "analyzed_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    List<String> run(CollectionRef collection) {
        List<String> done = new ArrayList<>();
        Double bloat = stats(collection).indexBloat();
        if (bloat != null && bloat > INDEX_BLOAT_MAX && index.rebuild(collection)) {
            done.add("index rebuilt, it was %.0f %% too large".formatted(100 * bloat));
        }
        database.read(
                "clean-up of a collection",
                session -> {
                    Changes changes = changes(session, collection);
                    String table = Partitions.table(collection);
                    try (var _ = new BuildSettings(session, properties, collection, 0)) {
                        if (changes.isMuch(changes.dead())) {
                            session.execute("VACUUM (ANALYZE) " + table);
                            done.add("%,d dead rows removed".formatted(changes.dead()));
                        } else if (changes.isMuch(changes.sinceAnalyze())) {
                            session.execute("ANALYZE " + table);
                            done.add("statistics updated");
                        }
                    }
                    return true;
                });
        return done;
    }

    private static Changes changes(Session session, CollectionRef collection) throws SQLException {
        Sql sql =
                Sql.of(
                        "SELECT n_live_tup, n_dead_tup, n_mod_since_analyze"
                                + " FROM pg_stat_user_tables WHERE relid = ?::regclass",
                        Partitions.table(collection));
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Changes(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }
}

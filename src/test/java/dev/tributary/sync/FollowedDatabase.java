package dev.tributary.sync;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tributary.sql.Transactions;
import dev.tributary.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database with the schema, and what reads its change log. */
final class FollowedDatabase implements AutoCloseable {
    final HikariDataSource dataSource;
    final JdbcClient jdbc;
    final Transactions transactions;
    final ChangeRows changes;
    final TrimRows trims;
    final ChangeLog log;
    private final AtomicInteger collections = new AtomicInteger();

    FollowedDatabase() {
        PostgresServer server = PostgresServer.shared();
        String url = server.createDatabase();
        Flyway.configure().dataSource(url, server.username(), server.password()).load().migrate();
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(server.username());
        config.setPassword(server.password());
        config.setMaximumPoolSize(10);
        dataSource = new HikariDataSource(config);
        jdbc = JdbcClient.create(dataSource);
        transactions = new Transactions(dataSource);
        changes = new ChangeRows(jdbc);
        trims = new TrimRows(jdbc);
        log = new ChangeLog(transactions, changes, trims);
    }

    /** Creates the partition of a new collection. */
    int create() {
        int id = collections.incrementAndGet();
        jdbc.sql(
                        """
                        SELECT 1 FROM (SELECT create_chunk_partition(
                            :id, 3, 'cosine', 'english', 'none', 'float32', 16, 64, '', 2, true)) AS done
                        """)
                .param("id", id)
                .query(Integer.class)
                .single();
        return id;
    }

    Follower follow(int collection, String name) throws InterruptedException {
        var follower = new Follower(collection, name);
        log.begin(follower, () -> {});
        return follower;
    }

    /** A connection in a transaction of its own. */
    Connection begin() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void execute(String sql) {
        jdbc.sql(sql).update();
    }

    static String insert(int collection, UUID id, String content) {
        return """
        INSERT INTO chunk_%1$d (collection_id, id, source_type, source_id, chunk_index, content, embedding)
        VALUES (%1$d, '%2$s', 'document', '%2$s', 0, '%3$s', '[1, 2, 3]')
        ON CONFLICT (collection_id, id) DO UPDATE SET content = excluded.content\
        """
                .formatted(collection, id, content);
    }

    UUID put(int collection, String content) {
        UUID id = UUID.randomUUID();
        execute(insert(collection, id, content));
        return id;
    }

    /** The contents of a collection, by id. */
    Map<UUID, String> contents(int collection) {
        Map<UUID, String> contents = new TreeMap<>();
        jdbc.sql("SELECT id, content FROM chunk_" + collection)
                .query(row -> {
                    contents.put(row.getObject(1, UUID.class), row.getString(2));
                });
        return contents;
    }

    long count(String sql) {
        return jdbc.sql(sql).query((row, _) -> row.getLong(1)).single();
    }

    long triggers(int collection) {
        return count(
                "SELECT count(*) FROM pg_trigger WHERE tgname IN ('note_change', 'take_turn')"
                        + " AND tgrelid = to_regclass('chunk_%d')".formatted(collection));
    }

    long logged(int collection) {
        return count("SELECT count(*) FROM chunk_change WHERE collection_id = " + collection);
    }

    /** One round of the task in the background. */
    void trim(long changesMax, Duration changeAgeMax) {
        new ChangeTrim(
                        transactions,
                        trims,
                        new SyncProperties(
                                changesMax,
                                changeAgeMax,
                                Duration.ofSeconds(10),
                                Duration.ZERO,
                                Duration.ofSeconds(30)))
                .round();
    }

    void trim() {
        trim(1_000_000, Duration.ofDays(7));
    }

    @Override
    public void close() {
        dataSource.close();
    }
}

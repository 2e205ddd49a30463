package dev.tributary.pgvector;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tributary.sql.Transactions;
import dev.tributary.testing.PostgresServer;
import java.util.ArrayList;
import org.flywaydb.core.Flyway;
import org.springframework.util.unit.DataSize;

/** One migrated database for the tests of this package, which keep apart by collection ids. */
final class TestDatabase {
    private static final HikariDataSource DATA_SOURCE = migrated();

    private TestDatabase() {}

    private static HikariDataSource migrated() {
        PostgresServer server = PostgresServer.shared();
        var config = new HikariConfig();
        config.setJdbcUrl(server.createDatabase());
        config.setUsername(server.username());
        config.setPassword(server.password());
        config.setMaximumPoolSize(10);
        var dataSource = new HikariDataSource(config);
        Flyway.configure().dataSource(dataSource).load().migrate();
        return dataSource;
    }

    static Database database() {
        return new Database(
                new Transactions(DATA_SOURCE), PgVectorProperties.defaults().statementTimeout());
    }

    /** A store that walks its indexes however small a collection is. */
    static PgVectorStore store() {
        return new PgVectorStore(database(), properties(), version());
    }

    static PgVectorProperties properties() {
        PgVectorProperties defaults = PgVectorProperties.defaults();
        return new PgVectorProperties(
                defaults.efSearch(),
                2_000,
                DataSize.ofBytes(0),
                defaults.thresholdRowsMax(),
                defaults.scanTuplesMax(),
                defaults.textCandidates(),
                defaults.textSampleSize(),
                defaults.textCheckInterval(),
                defaults.statementTimeout(),
                defaults.lockTimeout());
    }

    static ExtensionVersion version() {
        return ExtensionVersion.of(database());
    }

    static void execute(String sql) {
        database()
                .read(
                        "test",
                        session -> {
                            try (var statement = session.connection().createStatement()) {
                                return statement.execute(sql);
                            }
                        });
    }

    /** The one number that a query returns. */
    static long number(String sql) {
        return database()
                .read(
                        "test",
                        session -> {
                            try (var statement = session.connection().createStatement();
                                    var row = statement.executeQuery(sql)) {
                                row.next();
                                return row.getLong(1);
                            }
                        });
    }

    /** The plan of a search, with the settings that travel with it. */
    static String plan(Sql search) {
        int query = search.text().indexOf("WITH ");
        Sql explain =
                new Sql.Builder()
                        .add(search.text().substring(0, query))
                        .add("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ")
                        .add(search.text().substring(query), search.parameters().toArray())
                        .build();
        return database()
                .read(
                        "explain",
                        session -> {
                            try (var statement = session.prepare(explain)) {
                                statement.execute();
                                statement.getMoreResults();
                                var lines = new ArrayList<String>();
                                try (var rows = statement.getResultSet()) {
                                    while (rows.next()) {
                                        lines.add(rows.getString(1));
                                    }
                                }
                                return String.join("\n", lines);
                            }
                        });
    }
}

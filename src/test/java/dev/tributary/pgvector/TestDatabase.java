package dev.tributary.pgvector;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tributary.pgvector.SearchSql.Scope;
import dev.tributary.sql.Transactions;
import dev.tributary.testing.PostgresServer;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.springframework.transaction.support.TransactionSynchronizationManager;
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

    /** A store that compares fresh rows, and walks its indexes however small a collection is. */
    static PgVectorStore store() {
        return new PgVectorStore(database(), properties(), version());
    }

    /** A store that builds an index although more rows arrive. */
    static PgVectorStore eagerIndexer() {
        return new PgVectorStore(database(), properties(1), version());
    }

    /**
     * A store that brings rows into their index after a write.
     *
     * @param isWanted whether to, asked after each write
     */
    static RecordStore indexing(BooleanSupplier isWanted) {
        PgVectorStore store = store();
        return (RecordStore)
                Proxy.newProxyInstance(
                        TestDatabase.class.getClassLoader(),
                        new Class<?>[] {RecordStore.class},
                        (_, method, arguments) -> {
                            Object result = invoke(store, method, arguments);
                            boolean isWrite =
                                    List.of("upsert", "replaceSource").contains(method.getName());
                            boolean isApart =
                                    !TransactionSynchronizationManager.isActualTransactionActive();
                            if (isWrite && isApart && isWanted.getAsBoolean()) {
                                index(store, ((Rows) arguments[0]).collection());
                            }
                            return result;
                        });
    }

    /** Runs work in a transaction that the calls of the stores join. */
    static <T> T inTransaction(Supplier<T> work) {
        return new Transactions(DATA_SOURCE).write("test", _ -> work.get());
    }

    private static Object invoke(RecordStore store, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Brings every row into the index. */
    static void index(IndexUpkeep store, CollectionRef collection) {
        while (store.advanceIndex(collection) != IndexAdvance.DONE) {
            Thread.onSpinWait();
        }
    }

    /** What a search of this restriction is written for. */
    static Scope scope(CollectionRef collection, Restriction restriction) {
        return new Scope(collection, restriction, new IndexBoundaries(database()).of(collection));
    }

    static PgVectorProperties properties() {
        return properties(PgVectorProperties.defaults().freshRowsMax());
    }

    /** With another number of fresh rows for which an index is built although more arrive. */
    static PgVectorProperties properties(int freshRowsMax) {
        return properties(freshRowsMax, PgVectorProperties.defaults().freshComparedMax());
    }

    /** The same, and with another number of fresh rows that are all compared. */
    static PgVectorProperties properties(int freshRowsMax, int freshComparedMax) {
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
                freshRowsMax,
                freshComparedMax,
                defaults.indexMemoryMax(),
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

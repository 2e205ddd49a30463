package dev.tributary.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransactionsIT {
    private DataSource dataSource;
    private JdbcClient jdbc;
    private Transactions transactions;

    @BeforeAll
    void connect() {
        var server = PostgresServer.shared();
        dataSource =
                new DriverManagerDataSource(
                        server.createDatabase(), server.username(), server.password());
        jdbc = JdbcClient.create(dataSource);
        transactions = new Transactions(dataSource);
        jdbc.sql("CREATE TABLE note (text text)").update();
    }

    @BeforeEach
    void clear() {
        jdbc.sql("TRUNCATE note").update();
    }

    @Test
    void writesAllOfItOrNothing() {
        assertThatThrownBy(() ->
                        transactions.write(
                                "note",
                                connection -> {
                                    insert(connection, "first");
                                    throw ServiceException.tooLarge("too large");
                                }))
                .isInstanceOf(ServiceException.class);

        assertThat(notes()).isZero();
    }

    @Test
    void whatTransactionsEndWithIsDoneOnceInEachAndStopsIt() {
        var seen = new ArrayList<Integer>();

        assertThatThrownBy(() ->
                        transactions.endingWith(
                                () -> {
                                    seen.add(notes());
                                    if (seen.size() == 2) {
                                        throw new IllegalStateException("no more");
                                    }
                                },
                                () -> {
                                    writeTwo();
                                    writeTwo();
                                    return true;
                                }))
                .hasMessage("no more");
        writeTwo();

        // Its own connection sees what is not committed yet.
        assertThat(seen).containsExactly(2, 4);
        assertThat(notes()).isEqualTo(4);
    }

    private void writeTwo() {
        transactions.write(
                "notes",
                outer -> {
                    insert(outer, "first");
                    return transactions.write("note", inner -> insert(inner, "second"));
                });
    }

    @Test
    void joinsTheTransactionThatIsRunning() {
        var outer = new TransactionTemplate(new DataSourceTransactionManager(dataSource));

        outer.executeWithoutResult(status -> {
            transactions.write("note", connection -> insert(connection, "first"));
            assertThat(transactions.read("count", TransactionsIT::count)).isOne();
            status.setRollbackOnly();
        });

        assertThat(notes()).isZero();
    }

    @Test
    void springsClientsJoinTheWork() {
        assertThatThrownBy(() ->
                        transactions.write(
                                "note",
                                connection -> {
                                    jdbc.sql("INSERT INTO note VALUES ('first')").update();
                                    throw ServiceException.tooLarge("too large");
                                }))
                .isInstanceOf(ServiceException.class);

        assertThat(notes()).isZero();
    }

    @Test
    void aReadTakesOneConnectionWhoeverJoinsIt() {
        var server = PostgresServer.shared();
        try (var pool = new HikariDataSource()) {
            pool.setJdbcUrl(server.jdbcUrl());
            pool.setUsername(server.username());
            pool.setPassword(server.password());
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(500);
            var narrow = new Transactions(pool);
            var client = JdbcClient.create(pool);

            int answer =
                    narrow.read(
                            "outer",
                            _ -> {
                                int one = client.sql("SELECT 1").query(Integer.class).single();
                                return one + narrow.read("inner", TransactionsIT::two);
                            });

            assertThat(answer).isEqualTo(3);
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    private static int two(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT 2")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void repeatsTheWholeTransactionAfterADeadlock() {
        var attempts = new AtomicInteger();

        transactions.write(
                "note",
                connection -> {
                    insert(connection, "attempt");
                    if (attempts.incrementAndGet() < Transactions.ATTEMPTS_MAX) {
                        raise(connection, "40P01");
                    }
                    return null;
                });

        assertThat(attempts).hasValue(Transactions.ATTEMPTS_MAX);
        assertThat(notes()).isOne();
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        var attempts = new AtomicInteger();

        assertThatThrownBy(() ->
                        transactions.write(
                                "note",
                                connection -> {
                                    attempts.incrementAndGet();
                                    return raise(connection, "40001");
                                }))
                .satisfies(e -> assertKind(e, Kind.UNAVAILABLE));

        assertThat(attempts).hasValue(Transactions.ATTEMPTS_MAX);
    }

    @Test
    void repeatsNothingInsideATransactionOfSomebodyElse() {
        var attempts = new AtomicInteger();

        transactions.write(
                "outer",
                outer -> {
                    insert(outer, "attempt");
                    return transactions.write(
                            "inner",
                            inner ->
                                    attempts.incrementAndGet() == 1
                                            ? raise(inner, "40001")
                                            : insert(inner, "inner"));
                });

        assertThat(attempts).hasValue(2);
        assertThat(notes()).isEqualTo(2);
    }

    @Test
    void aConnectionLostBeforeTheCommitWroteNothing() {
        assertThatThrownBy(() ->
                        transactions.write(
                                "note",
                                connection -> {
                                    insert(connection, "first");
                                    return end(connection);
                                }))
                .satisfies(e -> assertKind(e, Kind.UNAVAILABLE));

        assertThat(notes()).isZero();
    }

    @Test
    void aConnectionLostDuringTheCommitLeavesItInDoubt() {
        jdbc.sql(
                        """
                        CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS
                        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                        CREATE TABLE fatal (text text);
                        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON fatal
                        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_session()
                        """)
                .update();

        assertThatThrownBy(() ->
                        transactions.write(
                                "note",
                                connection -> run(connection, "INSERT INTO fatal VALUES ('x')")))
                .satisfies(e -> assertKind(e, Kind.OUTCOME_UNKNOWN));
    }

    @Test
    void aStatementThatTakesTooLongIsATimeout() {
        assertThatThrownBy(() ->
                        transactions.write(
                                "nap",
                                connection -> {
                                    run(connection, "SET LOCAL statement_timeout = 10");
                                    return run(connection, "SELECT pg_sleep(60)");
                                }))
                .satisfies(e -> {
                    assertKind(e, Kind.UNAVAILABLE);
                    assertThat(((ServiceException) e).code()).isEqualTo("timeout");
                });
    }

    private static void assertKind(Throwable e, Kind kind) {
        assertThat(e)
                .isInstanceOfSatisfying(
                        ServiceException.class, it -> assertThat(it.kind()).isEqualTo(kind));
    }

    private static boolean insert(Connection connection, String text) throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO note VALUES (?)")) {
            statement.setString(1, text);
            return statement.execute();
        }
    }

    private static boolean raise(Connection connection, String state) throws SQLException {
        return run(connection, "DO $$ BEGIN RAISE SQLSTATE '" + state + "'; END $$");
    }

    private static boolean end(Connection connection) throws SQLException {
        return run(connection, "SELECT pg_terminate_backend(pg_backend_pid())");
    }

    private static boolean run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static int count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM note")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private int notes() {
        return jdbc.sql("SELECT count(*) FROM note").query(Integer.class).single();
    }
}

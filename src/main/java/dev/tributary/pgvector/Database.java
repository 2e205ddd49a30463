package dev.tributary.pgvector;

import com.pgvector.PGvector;
import dev.tributary.pgvector.Sql.Texts;
import dev.tributary.sql.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * Runs statements, each within the statement timeout. Safe for use by many threads. Throws what
 * {@link Transactions} throws.
 */
final class Database {
    private final Transactions transactions;
    private final Duration statementTimeout;

    Database(Transactions transactions, Duration statementTimeout) {
        this.transactions = transactions;
        this.statementTimeout = statementTimeout;
    }

    /**
     * Work on one connection.
     *
     * @param <T> the result
     */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T in(Session session) throws SQLException;
    }

    /** Runs work that writes no rows, each statement by itself. */
    <T extends @Nullable Object> T read(String operation, Work<T> work) {
        return transactions.read(
                operation, connection -> work.in(new Session(connection, statementTimeout)));
    }

    /**
     * Runs work in a transaction, and repeats it after a conflict: it must have no other effects.
     */
    <T extends @Nullable Object> T write(String operation, Work<T> work) {
        return transactions.write(
                operation, connection -> work.in(new Session(connection, statementTimeout)));
    }

    /** A connection during a unit of work. */
    record Session(Connection connection, Duration statementTimeout) {
        /** Prepares a statement that the driver cancels after the timeout. */
        PreparedStatement prepare(Sql sql) throws SQLException {
            PreparedStatement statement = prepareSelfTimed(sql);
            statement.setQueryTimeout((int) Math.max(1, statementTimeout.toSeconds()));
            return statement;
        }

        /**
         * Prepares a statement that sets its own timeout.
         *
         * <p>Prepares it on the server from the first execution: a search is planned once for its
         * shape, and its vector is sent as 4 bytes per component instead of as text.
         */
        PreparedStatement prepareSelfTimed(Sql sql) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql.text());
            try {
                statement.unwrap(PGStatement.class).setPrepareThreshold(1);
                for (int i = 0; i < sql.parameters().size(); i++) {
                    bind(statement, i + 1, sql.parameters().get(i));
                }
                return statement;
            } catch (SQLException | RuntimeException e) {
                statement.close();
                throw e;
            }
        }

        private void bind(PreparedStatement statement, int position, @Nullable Object value)
                throws SQLException {
            switch (value) {
                case PGvector _ -> {
                    VectorTypes.register(connection);
                    statement.setObject(position, value);
                }
                case Texts(String type, var values) ->
                        statement.setArray(
                                position, connection.createArrayOf(type, values.toArray()));
                case null, default -> statement.setObject(position, value);
            }
        }

        /** Runs a command without parameters, without the driver's timeout. */
        void execute(String command) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(command);
            }
        }

        /**
         * Returns the single number of a query without parameters, without the driver's timeout.
         */
        long number(String query) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(query)) {
                row.next();
                return row.getLong(1);
            }
        }

        void execute(Sql sql) throws SQLException {
            try (PreparedStatement statement = prepare(sql)) {
                statement.execute();
            }
        }
    }
}

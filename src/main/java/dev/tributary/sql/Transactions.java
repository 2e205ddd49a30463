package dev.tributary.sql;

import dev.tributary.failure.ServiceException;
import dev.tributary.sql.SqlFailures.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs work on a connection, and translates PostgreSQL's errors as {@link SqlFailures} does. Both
 * calls join the transaction that is running in this thread, if there is one; Spring's JDBC clients
 * used inside the work join as well. Safe for use by many threads.
 */
@Component
public final class Transactions {
    /** Most attempts at a piece of work under contention. */
    static final int ATTEMPTS_MAX = 3;

    private static final DefaultTransactionDefinition REQUIRED = new DefaultTransactionDefinition();

    /** No transaction, but a single connection for the thread until the end of the work. */
    private static final DefaultTransactionDefinition SHARED =
            new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_SUPPORTS);

    /** What each transaction of the work that is running in this thread ends with. */
    private static final ScopedValue<Runnable> LAST = ScopedValue.newInstance();

    private final DataSource dataSource;
    private final PlatformTransactionManager manager;

    /**
     * Work that needs a connection. It must not close it or commit.
     *
     * @param <T> the result
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    public Transactions(DataSource dataSource) {
        this.dataSource = dataSource;
        manager = new DataSourceTransactionManager(dataSource);
    }

    /**
     * Runs work that writes nothing. Each statement runs by itself unless a transaction is running.
     *
     * @param operation what the work does, for messages
     * @throws ServiceException {@code UNAVAILABLE} if the database is unavailable, too busy or too
     *     slow; whatever the work throws
     */
    public <T extends @Nullable Object> T read(String operation, Work<T> work) {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            return inside(operation, work, Phase.READ);
        }
        TransactionStatus scope = manager.getTransaction(SHARED);
        try {
            return inside(operation, work, Phase.READ);
        } finally {
            manager.commit(scope);
        }
    }

    /**
     * Runs work in a transaction, all or nothing. After a conflict with another transaction, the
     * work is repeated, up to three runs in total, so it must not have effects outside the
     * database.
     *
     * @param operation what the work does, for messages
     * @throws ServiceException {@code UNAVAILABLE} if the database is unavailable, too busy or too
     *     slow, and nothing was written; {@code OUTCOME_UNKNOWN} if the connection was lost during
     *     the commit; whatever the work throws
     */
    public <T extends @Nullable Object> T write(String operation, Work<T> work) {
        int attemptsLeft =
                TransactionSynchronizationManager.isActualTransactionActive() ? 1 : ATTEMPTS_MAX;
        while (true) {
            attemptsLeft--;
            try {
                return attempt(operation, work);
            } catch (ServiceException e) {
                if (attemptsLeft == 0 || !SqlFailures.isRepeatable(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Runs work, and runs an extra statement at the end of each transaction that the work begins in
     * this thread, right before the commit. If that fails, the transaction is rolled back, and the
     * failure propagates through the work.
     *
     * @param last the extra statement; joins the transaction
     * @throws ServiceException whatever the work throws
     */
    public <T extends @Nullable Object> T endingWith(Runnable last, Supplier<T> work) {
        return ScopedValue.where(LAST, last).call(work::get);
    }

    private <T extends @Nullable Object> T attempt(String operation, Work<T> work) {
        TransactionStatus transaction = begin(operation);
        T result;
        try {
            result = inside(operation, work, Phase.WRITE);
            if (transaction.isNewTransaction() && LAST.isBound()) {
                inside(operation, _ -> last(), Phase.WRITE);
            }
        } catch (RuntimeException | Error e) {
            rollBack(transaction, e);
            throw e;
        }
        try {
            manager.commit(transaction);
        } catch (TransactionException e) {
            throw SqlFailures.translate(operation, e, Phase.COMMIT);
        }
        return result;
    }

    private static boolean last() {
        LAST.get().run();
        return true;
    }

    private TransactionStatus begin(String operation) {
        try {
            return manager.getTransaction(REQUIRED);
        } catch (TransactionException e) {
            throw SqlFailures.translate(operation, e, Phase.READ);
        }
    }

    private <T extends @Nullable Object> T inside(String operation, Work<T> work, Phase phase) {
        Connection connection = null;
        try {
            connection = DataSourceUtils.getConnection(dataSource);
            return work.on(connection);
        } catch (SQLException | DataAccessException e) {
            throw SqlFailures.translate(operation, e, phase);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /**
     * Rolls back. A failed rollback changes nothing: the connection is lost, and the work with it.
     */
    private void rollBack(TransactionStatus transaction, Throwable reason) {
        try {
            manager.rollback(transaction);
        } catch (TransactionException e) {
            reason.addSuppressed(e);
        }
    }
}

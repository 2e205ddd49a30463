package dev.tributary.sql;

import dev.tributary.failure.ServiceException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Translates failures of PostgreSQL for callers, by their SQLState and never by their text.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">error codes</a>
 */
public final class SqlFailures {
    private static final String AWAY = "database_unavailable";
    private static final String BUSY = "database_busy";

    /** How far a call had come, which decides whether something may have been written. */
    public enum Phase {
        /** Nothing was going to be written. */
        READ,
        /** In a transaction whose commit was not sent yet: a lost connection rolls it back. */
        WRITE,
        /**
         * The commit was sent, or the statement is a transaction of its own: after a lost
         * connection, it is unknown whether it was written.
         */
        COMMIT
    }

    private SqlFailures() {}

    /**
     * Returns the failure for the caller, with the original as its cause.
     *
     * @param operation what was attempted, for the message: {@code search}, {@code put of chunks}
     * @param e a {@link SQLException}, or anything that has one among its causes; a {@link
     *     ServiceException} is returned as it is
     * @throws RuntimeException if no caller can have caused it or can fix it, such as a syntax
     *     error or a violated constraint: it is a defect of the service, and is rethrown
     */
    public static ServiceException translate(String operation, Throwable e, Phase phase) {
        if (e instanceof ServiceException known) {
            return known;
        }
        SQLException cause = sqlException(e);
        ServiceException failure = cause == null ? null : translate(operation, cause, phase);
        if (failure != null) {
            return failure;
        }
        if (e instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw new IllegalStateException(operation + " failed", e);
    }

    /**
     * True if the whole transaction may succeed when it is run again: a serialization failure, a
     * deadlock, or a lock that another session held for too long. Nothing was written.
     */
    public static boolean isRepeatable(Throwable e) {
        String state = sqlState(e);
        return state != null
                && switch (state) {
                    case "40001", "40P01", "55P03" -> true;
                    default -> false;
                };
    }

    /** The SQLState of the innermost cause of a failure; null if it has none. */
    public static @Nullable String sqlState(Throwable e) {
        SQLException cause = sqlException(e);
        return cause == null ? null : cause.getSQLState();
    }

    private static @Nullable ServiceException translate(
            String operation, SQLException e, Phase phase) {
        if (e instanceof SQLTransientConnectionException) {
            return noConnection(operation, e);
        }
        String state = e.getSQLState();
        if (state == null || state.length() != 5) {
            return null;
        }
        return switch (state) {
            case "40001", "40P01", "55P03" ->
                    unavailable(BUSY, operation, "other transactions changed the same rows", e);
            case "57014", "25P03", "25P04" -> unavailable("timeout", operation, "took too long", e);
            case "53100" ->
                    unavailable("database_full", operation, "the disk of the database is full", e);
            case "42P01" -> ServiceException.missing("collection", "of this " + operation);
            case "08001", "08003", "08004", "57P03", "28000", "28P01", "3D000", "25006" ->
                    unavailable(AWAY, operation, "the database does not accept requests", e);
            default -> byClass(operation, e, state, phase);
        };
    }

    private static @Nullable ServiceException byClass(
            String operation, SQLException e, String state, Phase phase) {
        return switch (state.substring(0, 2)) {
            case "08", "57" -> lost(operation, e, phase);
            case "53" -> unavailable(BUSY, operation, "the database is out of resources", e);
            case "58" -> unavailable(AWAY, operation, "the database's disk failed", e);
            default -> null;
        };
    }

    private static ServiceException lost(String operation, SQLException e, Phase phase) {
        return switch (phase) {
            case READ, WRITE ->
                    unavailable(AWAY, operation, "the connection to the database was lost", e);
            case COMMIT ->
                    ServiceException.outcomeUnknown(
                                    operation
                                            + " may or may not have been done: the connection to"
                                            + " the database was lost during the commit",
                                    e)
                            .withHint("check whether it was written, or repeat the same call");
        };
    }

    /**
     * The pool had no connection in time: the database is unavailable, or all connections are in
     * use.
     */
    private static ServiceException noConnection(String operation, SQLException e) {
        return e.getCause() instanceof SQLException
                ? unavailable(AWAY, operation, "the database cannot be reached", e)
                : unavailable(BUSY, operation, "every connection to the database is in use", e);
    }

    private static ServiceException unavailable(
            String code, String operation, String why, SQLException e) {
        String state = e.getSQLState() == null ? "" : " (" + e.getSQLState() + ")";
        return ServiceException.unavailable(code, operation + " failed: " + why + state, e);
    }

    private static @Nullable SQLException sqlException(Throwable e) {
        SQLException first = null;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException pool) {
                return pool;
            }
            if (cause instanceof SQLException sql) {
                if (sql.getSQLState() != null) {
                    return sql;
                }
                first = first == null ? sql : first;
            }
        }
        return first;
    }
}

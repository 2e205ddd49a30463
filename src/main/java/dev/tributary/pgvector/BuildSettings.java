package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.CollectionRef;
import java.sql.SQLException;
import org.springframework.util.unit.DataSize;

/**
 * The settings of a connection while an index is built on it: no timeout, and memory for the whole
 * graph, as a build is several times slower once the graph does not fit.
 */
final class BuildSettings implements AutoCloseable {
    /** Bytes of a row in a graph, without its vector, for m 16; a generous estimate. */
    private static final long ROW_BYTES = 1_200;

    private final Session session;

    /**
     * @param rows approximate number of rows to index
     */
    BuildSettings(
            Session session, PgVectorProperties properties, CollectionRef collection, long rows)
            throws SQLException {
        this.session = session;
        long wanted = rows * (ROW_BYTES + 4L * collection.dimension());
        long memory = Math.min(wanted, properties.indexMemoryMax().toBytes());
        session.execute("SET statement_timeout = 0");
        if (memory
                > session.number("SELECT pg_size_bytes(current_setting('maintenance_work_mem'))")) {
            session.execute("SET maintenance_work_mem = " + DataSize.ofBytes(memory).toKilobytes());
        }
    }

    /**
     * Builds an index; without parallel workers if they run out of shared memory, of which a
     * container has 64 MB by default.
     */
    void build(String createIndex) throws SQLException {
        try {
            session.execute(createIndex);
        } catch (SQLException e) {
            if (!"53100".equals(e.getSQLState())) {
                throw e;
            }
            session.execute("SET max_parallel_maintenance_workers = 0");
            session.execute(
                    createIndex.replaceFirst(
                            "CREATE INDEX CONCURRENTLY (\\S+) .*",
                            "DROP INDEX CONCURRENTLY IF EXISTS $1"));
            session.execute(createIndex);
        }
    }

    @Override
    public void close() throws SQLException {
        session.execute("RESET max_parallel_maintenance_workers");
        session.execute("RESET maintenance_work_mem");
        session.execute("RESET statement_timeout");
    }
}

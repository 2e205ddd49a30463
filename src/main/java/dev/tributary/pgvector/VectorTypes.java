package dev.tributary.pgvector;

import com.pgvector.PGvector;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;

/** Teaches a connection to send and receive vectors as they are in memory. */
final class VectorTypes {
    private VectorTypes() {}

    /**
     * Cheap on a connection that knows them already. The extension's types have other OIDs in every
     * database, so the driver cannot be told once for all.
     */
    static void register(Connection connection) throws SQLException {
        BaseConnection driver = connection.unwrap(BaseConnection.class);
        int oid = driver.getTypeInfo().getPGType("vector");
        if (driver.getQueryExecutor().useBinaryForSend(oid)) {
            return;
        }
        PGvector.addVectorType(driver);
        driver.getQueryExecutor().addBinarySendOid(oid);
        driver.getQueryExecutor().addBinaryReceiveOid(oid);
    }
}

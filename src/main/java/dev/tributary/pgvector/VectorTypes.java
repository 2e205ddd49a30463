package dev.tributary.pgvector;

import com.pgvector.PGvector;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;

/** Lets a connection send and receive vectors in binary. */
final class VectorTypes {
    private VectorTypes() {}

    /**
     * Cheap on a connection where they are registered already. The extension's types have different
     * OIDs in every database, so they cannot be registered globally.
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

package dev.tributary.pgvector;

import dev.tributary.sql.Transactions;
import dev.tributary.vector.IndexUpkeep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the store; no other package refers to its class. */
@Configuration(proxyBeanMethods = false)
class PgVectorConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(PgVectorConfiguration.class);

    /** Injected by name only: other beans get the store with its wrappers. */
    @Bean(defaultCandidate = false)
    @DependsOnDatabaseInitialization
    PgVectorStore pgVectorStore(Transactions transactions, PgVectorProperties properties) {
        var database = new Database(transactions, properties.statementTimeout());
        return new PgVectorStore(database, properties, supported(database));
    }

    @Bean
    IndexUpkeep indexUpkeep(@Qualifier("pgVectorStore") PgVectorStore store) {
        return store;
    }

    @Bean
    @DependsOnDatabaseInitialization
    TextStatistics textStatistics(Transactions transactions, PgVectorProperties properties) {
        var database = new Database(transactions, properties.statementTimeout());
        return new TextStatistics(database, properties);
    }

    private static ExtensionVersion supported(Database database) {
        ExtensionVersion version = ExtensionVersion.of(database);
        if (version.isBefore(ExtensionVersion.LEAST)) {
            throw new UnsupportedDatabaseException(
                    "pgvector "
                            + version
                            + " is too old, must be "
                            + ExtensionVersion.LEAST
                            + " or newer",
                    "install a newer pgvector, then run: ALTER EXTENSION vector UPDATE");
        }
        if (version.isBefore(ExtensionVersion.SOUND)) {
            LOG.warn(
                    "pgvector {} has known faults that can corrupt an index: update it to {} or newer",
                    version,
                    ExtensionVersion.SOUND);
        }
        return version;
    }
}

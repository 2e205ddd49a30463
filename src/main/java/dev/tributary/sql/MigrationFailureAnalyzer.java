package dev.tributary.sql;

import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a schema that this version did not create. Spring Boot creates it by name, from
 * META-INF/spring.factories.
 */
final class MigrationFailureAnalyzer extends AbstractFailureAnalyzer<FlywayValidateException> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, FlywayValidateException cause) {
        return new FailureAnalysis(
                "the database has a schema of another version: " + cause.getMessage(),
                "run the version that made it or a later one, or set SPRING_DATASOURCE_URL to another"
                        + " database",
                cause);
    }
}

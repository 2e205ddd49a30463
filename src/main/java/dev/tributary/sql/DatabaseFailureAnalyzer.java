package dev.tributary.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Explains a start that fails because of the database. Spring Boot creates it by name, from
 * META-INF/spring.factories.
 */
final class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {
    private final Environment environment;

    DatabaseFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, SQLException cause) {
        String state = stateOf(cause);
        if (state == null) {
            return null;
        }
        String at = "the database at " + url();
        return switch (state) {
            case "28P01", "28000" ->
                    new FailureAnalysis(
                            at + " refuses user " + setting("username"),
                            "set SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD",
                            cause);
            case "3D000" ->
                    new FailureAnalysis(
                            at + " does not exist",
                            "create it with CREATE DATABASE, or set SPRING_DATASOURCE_URL to one"
                                    + " that exists",
                            cause);
            case "0A000", "58P01" ->
                    new FailureAnalysis(
                            at + " runs on a PostgreSQL without the extension vector",
                            "install pgvector on its server: 'scripts/postgres provide' does it on"
                                    + " this machine",
                            cause);
            case "42501" ->
                    new FailureAnalysis(
                            at + " does not let user " + setting("username") + " set it up",
                            "as a superuser, run CREATE EXTENSION vector and GRANT CREATE ON SCHEMA"
                                    + " public there",
                            cause);
            default ->
                    state.startsWith("08") || state.startsWith("57")
                            ? new FailureAnalysis(
                                    at + " does not answer",
                                    "start it, or set SPRING_DATASOURCE_URL to one that runs; 'make"
                                            + " run' starts one of its own",
                                    cause)
                            : null;
        };
    }

    /** The SQLState of the innermost cause: it says more than the pool that could not connect. */
    private static @Nullable String stateOf(SQLException e) {
        String state = null;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                state = sql.getSQLState();
            }
        }
        return state;
    }

    /** The URL without parameters, which may contain a password. */
    private String url() {
        return setting("url").replaceFirst("\\?.*", "");
    }

    private String setting(String name) {
        return environment.getProperty("spring.datasource." + name, "(not set)");
    }
}

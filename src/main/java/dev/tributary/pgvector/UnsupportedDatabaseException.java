package dev.tributary.pgvector;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** The database cannot be used: stops the start. */
final class UnsupportedDatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * @param action what to do about it
     */
    UnsupportedDatabaseException(String message, String action) {
        super(message);
        this.action = action;
    }

    /** Says so in place of a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<UnsupportedDatabaseException> {
        @Override
        protected FailureAnalysis analyze(Throwable root, UnsupportedDatabaseException cause) {
            return new FailureAnalysis(cause.getMessage(), cause.action, cause);
        }
    }
}

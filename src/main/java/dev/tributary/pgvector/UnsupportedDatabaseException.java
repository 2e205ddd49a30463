package dev.tributary.pgvector;

import dev.tributary.failure.StartFailure;

/** The database cannot be used. */
final class UnsupportedDatabaseException extends StartFailure {
    private static final long serialVersionUID = 1L;

    /**
     * @param action what to do about it
     */
    UnsupportedDatabaseException(String message, String action) {
        super(message, action, null);
    }
}

package dev.tributary.embedding;

import org.jspecify.annotations.Nullable;

/** A configured embedding model cannot be loaded, so the service must not start. */
final class UnusableModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;

    UnusableModelException(String name, String reason, @Nullable Exception cause) {
        super(
                "embedding model %s cannot be loaded: %s%s"
                        .formatted(
                                name, reason, cause == null ? "" : " (" + cause.getMessage() + ")"),
                cause);
        this.name = name;
    }

    /** The name of the model. */
    String name() {
        return name;
    }
}

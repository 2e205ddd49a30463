package dev.tributary.rerank;

import org.jspecify.annotations.Nullable;

/** A configured reranker cannot be loaded, so the service must not start. */
final class UnusableRerankerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;

    UnusableRerankerException(String name, String reason, @Nullable Exception cause) {
        super(
                "reranker %s cannot be loaded: %s%s"
                        .formatted(
                                name, reason, cause == null ? "" : " (" + cause.getMessage() + ")"),
                cause);
        this.name = name;
    }

    /** The name of the reranker. */
    String name() {
        return name;
    }
}

package dev.tributary.rerank;

import dev.tributary.failure.StartFailure;
import org.jspecify.annotations.Nullable;

/** A configured reranker cannot be loaded. */
final class UnusableRerankerException extends StartFailure {
    private static final long serialVersionUID = 1L;

    UnusableRerankerException(String name, String reason, @Nullable Exception cause) {
        super(
                "reranker %s cannot be loaded: %s%s"
                        .formatted(
                                name, reason, cause == null ? "" : " (" + cause.getMessage() + ")"),
                "set tributary.rerank.models."
                        + name
                        + ".folder to a folder with model.onnx and"
                        + " tokenizer.json of a cross-encoder, as sentence-transformers and optimum"
                        + " export them",
                cause);
    }
}

package dev.tributary.embedding;

import dev.tributary.failure.StartFailure;
import org.jspecify.annotations.Nullable;

/** A configured embedding model cannot be loaded. */
final class UnusableModelException extends StartFailure {
    private static final long serialVersionUID = 1L;

    UnusableModelException(String name, String reason, @Nullable Exception cause) {
        super(
                "embedding model %s cannot be loaded: %s%s"
                        .formatted(
                                name, reason, cause == null ? "" : " (" + cause.getMessage() + ")"),
                "set tributary.embedding.models."
                        + name
                        + ".path to a folder with model.onnx (or onnx/model.onnx) and"
                        + " tokenizer.json, as sentence-transformers and optimum export them",
                cause);
    }
}

package dev.tributary.embedding;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what a folder must have. Spring Boot makes it by name, from META-INF/spring.factories. */
final class UnusableModelAnalyzer extends AbstractFailureAnalyzer<UnusableModelException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, UnusableModelException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "set tributary.embedding.models."
                        + cause.name()
                        + ".path to a folder with model.onnx (or onnx/model.onnx) and"
                        + " tokenizer.json, as sentence-transformers and optimum export them",
                cause);
    }
}

package dev.tributary.rerank;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what a folder must have. Spring Boot makes it by name, from META-INF/spring.factories. */
final class UnusableRerankerAnalyzer extends AbstractFailureAnalyzer<UnusableRerankerException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, UnusableRerankerException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "set tributary.rerank.models."
                        + cause.name()
                        + ".folder to one with model.onnx and"
                        + " tokenizer.json of a cross-encoder, as sentence-transformers and optimum"
                        + " export them",
                cause);
    }
}

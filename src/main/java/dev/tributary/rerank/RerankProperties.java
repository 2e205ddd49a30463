package dev.tributary.rerank;

import dev.tributary.inference.Breaker;
import dev.tributary.inference.ModelRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The rerankers, and the limits of their calls.
 *
 * @param models rerankers by name; a name has letters, digits, dots, dashes and underscores, at
 *     most 64
 * @param timeout timeout of the reranking of a search
 * @param callTimeout timeout of a {@code POST /rerank}
 * @param documentsMax most documents of one {@code POST /rerank}
 * @param concurrency concurrent inferences in process, one thread each; 0 for one per core
 * @param queueMax while this many documents wait for a model in process, further calls are refused
 *     with 503
 * @param callsMax most concurrent calls to one server; further calls wait
 * @param breaker when calls to a failing server are suspended
 */
@Validated
@ConfigurationProperties(prefix = "tributary.rerank", ignoreUnknownFields = false)
record RerankProperties(
        @DefaultValue Map<String, @Valid Model> models,
        @DefaultValue("2s") Duration timeout,
        @DefaultValue("30s") Duration callTimeout,
        @DefaultValue("1000") @Min(1) @Max(10_000) int documentsMax,
        @DefaultValue("0") @Min(0) @Max(256) int concurrency,
        @DefaultValue("4096") @Min(1) @Max(1_000_000) int queueMax,
        @DefaultValue("16") @Min(1) @Max(1_000) int callsMax,
        @DefaultValue @Valid Breaker breaker) {
    private static final String MODELS = "tributary.rerank.models.";
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

    /** Where a reranker runs, and which protocol it speaks. */
    enum Type {
        /** In process, from a folder. */
        ONNX,
        /** A server with Cohere's rerank API, which Jina, vLLM and others also have. */
        COHERE,
        /** A server with the rerank API of Hugging Face's Text Embeddings Inference. */
        TEI
    }

    /**
     * A reranker.
     *
     * @param type where it runs
     * @param folder folder of an onnx model, with model.onnx and tokenizer.json
     * @param maxTokens most tokens of query and document together that an onnx model is given;
     *     absent for the model's own limit, at most 512
     * @param url URL of the server's rerank call, such as {@code http://127.0.0.1:8081/rerank}
     * @param model name of the model on a cohere server; absent if it is the reranker's name
     * @param apiKey key that is sent to the server as a bearer token
     * @param batchMax most documents of one call to the server; absent for 100, or 32 for tei
     */
    record Model(
            Type type,
            @Nullable String folder,
            @Nullable @Min(8) @Max(8_192) Integer maxTokens,
            @Nullable URI url,
            @Nullable String model,
            @Nullable String apiKey,
            @Nullable @Min(1) @Max(10_000) Integer batchMax) {
        /** Omits the key. */
        @Override
        public String toString() {
            return "Model[type=%s, folder=%s, maxTokens=%s, url=%s, model=%s, batchMax=%s]"
                    .formatted(type, folder, maxTokens, url, model, batchMax);
        }
    }

    RerankProperties {
        // Sorted, as sources of settings do not keep an order.
        models = Collections.unmodifiableMap(new TreeMap<>(models));
        models.forEach(RerankProperties::check);
        checkTime("timeout", timeout);
        checkTime("call-timeout", callTimeout);
        checkTime("breaker.open-for", breaker.openFor());
    }

    /** The number of inferences at once, with 0 resolved. */
    int threads() {
        return concurrency == 0 ? Runtime.getRuntime().availableProcessors() : concurrency;
    }

    private static void checkTime(String key, Duration time) {
        if (!time.isPositive() || time.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "tributary.rerank.%s is %s, must be more than 0 and at most 5m"
                            .formatted(key, time));
        }
    }

    private static void check(String name, Model model) {
        ModelRules.checkName(MODELS + name, name);
        if (model.type() == null) {
            throw new IllegalArgumentException(
                    MODELS + name + ".type is missing, must be onnx, cohere or tei");
        }
        boolean inProcess = model.type() == Type.ONNX;
        require(name, model, "folder", model.folder(), inProcess);
        refuse(name, model, "max-tokens", model.maxTokens(), !inProcess);
        require(name, model, "url", model.url(), !inProcess);
        refuse(name, model, "model", model.model(), model.type() != Type.COHERE);
        refuse(name, model, "api-key", model.apiKey(), inProcess);
        refuse(name, model, "batch-max", model.batchMax(), inProcess);
        String like = "http://127.0.0.1:8081/rerank or https://host/rerank";
        ModelRules.checkServer(MODELS + name, model.url(), model.apiKey(), like);
    }

    private static void require(
            String name, Model model, String key, @Nullable Object value, boolean isOfType) {
        if (isOfType && (value == null || value.toString().isEmpty())) {
            throw new IllegalArgumentException(
                    "%s%s.%s is missing, type %s needs it"
                            .formatted(MODELS, name, key, typeOf(model)));
        }
        refuse(name, model, key, value, !isOfType);
    }

    private static void refuse(
            String name, Model model, String key, @Nullable Object value, boolean isRefused) {
        if (isRefused && value != null) {
            throw new IllegalArgumentException(
                    "%s%s.%s is set, but type %s does not use it"
                            .formatted(MODELS, name, key, typeOf(model)));
        }
    }

    private static String typeOf(Model model) {
        return model.type().name().toLowerCase(Locale.ROOT);
    }
}

package dev.tributary.embedding;

import dev.tributary.embedding.BuiltInModel.Precision;
import dev.tributary.inference.Breaker;
import dev.tributary.inference.ModelRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The embedding models, their cache, and the limits of the embedding calls.
 *
 * @param defaultModel name of the model for requests that do not name one
 * @param builtIn false to leave out all-minilm-l6-v2
 * @param models other models, by name; a name has letters, digits, dots, dashes and underscores, at
 *     most 64
 * @param precision precision of the built-in weights: int8, or float32 for half the speed and four
 *     times the memory
 * @param concurrency concurrent inferences of a model in process, one thread each; 0 for one per
 *     core
 * @param queueMax while this many texts, or windows of long texts, wait for a model in process, or
 *     this many batches for one on a server, further calls are refused with 503
 * @param breaker when calls to a failing server are suspended
 * @param cacheSize approximate memory per model for embeddings of texts seen before; 0 turns this
 *     cache off
 * @param redis a second cache, which survives restarts and which several instances share
 * @param inputsMax most texts of one call
 * @param inputCharactersMax most characters (UTF-16 units) of one text
 */
@Validated
@ConfigurationProperties(prefix = "tributary.embedding", ignoreUnknownFields = false)
record EmbeddingProperties(
        @DefaultValue(BuiltInModel.NAME) String defaultModel,
        @DefaultValue("true") boolean builtIn,
        @DefaultValue Map<String, @Valid ModelSettings> models,
        @DefaultValue("int8") Precision precision,
        @DefaultValue("0") @Min(0) @Max(256) int concurrency,
        @DefaultValue("4096") @Min(1) @Max(1_000_000) int queueMax,
        @DefaultValue @Valid Breaker breaker,
        @DefaultValue("64MB") DataSize cacheSize,
        @DefaultValue @Valid Redis redis,
        @DefaultValue("2048") @Min(1) @Max(100_000) int inputsMax,
        @DefaultValue("1048576") @Min(1) @Max(33_554_432) int inputCharactersMax) {
    private static final String PREFIX = "tributary.embedding.";

    /**
     * A Redis that keeps embeddings.
     *
     * @param url of Redis, {@code redis://} or {@code rediss://}; absent for none
     * @param timeout timeout of one look-up or write; a slower one counts as a miss
     * @param ttl how long an embedding is kept; up to 3,650 days
     */
    record Redis(
            @Nullable URI url,
            @DefaultValue("100ms") Duration timeout,
            @DefaultValue("30d") Duration ttl) {
        Redis {
            checkTime("redis.timeout", timeout, Duration.ofSeconds(10));
            checkTime("redis.ttl", ttl, Duration.ofDays(3_650));
            boolean isRedis =
                    url == null
                            || "redis".equals(url.getScheme())
                            || "rediss".equals(url.getScheme());
            if (!isRedis || (url != null && url.getHost() == null)) {
                // Not quoted: the URL may contain a password.
                throw new IllegalArgumentException(
                        PREFIX + "redis.url must be like redis://127.0.0.1:6379 or rediss://host");
            }
        }

        /** Omits the password that the URL may contain. */
        @Override
        public String toString() {
            return "Redis[timeout=%s, ttl=%s]".formatted(timeout, ttl);
        }
    }

    EmbeddingProperties {
        checkTime("breaker.open-for", breaker.openFor(), Duration.ofMinutes(5));
        // Sorted, as sources of settings do not keep an order.
        models = Collections.unmodifiableMap(new TreeMap<>(models));
        models.forEach(EmbeddingProperties::check);
        if (builtIn && models.containsKey(BuiltInModel.NAME)) {
            throw new IllegalArgumentException(
                    "%smodels.%s has the name of the built-in model, choose another or set %sbuilt-in to false"
                            .formatted(PREFIX, BuiltInModel.NAME, PREFIX));
        }
        boolean isBuiltIn = builtIn && defaultModel.equals(BuiltInModel.NAME);
        if (!isBuiltIn && !models.containsKey(defaultModel)) {
            throw new IllegalArgumentException(
                    "%sdefault-model is %s, must be one of %s%s"
                            .formatted(
                                    PREFIX,
                                    defaultModel,
                                    models.keySet(),
                                    builtIn ? " or " + BuiltInModel.NAME : ""));
        }
    }

    private static void check(String name, ModelSettings model) {
        String key = PREFIX + "models." + name;
        ModelRules.checkName(key, name);
        model.check(key);
    }

    private static void checkTime(String key, Duration time, Duration max) {
        if (!time.isPositive() || time.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "%s%s is %s, must be more than 0 and at most %s"
                            .formatted(PREFIX, key, time, max));
        }
    }

    /** The number of inferences at once, with 0 resolved. */
    int threads() {
        return concurrency == 0 ? Runtime.getRuntime().availableProcessors() : concurrency;
    }

    @AssertTrue(message = "cache-size must be 0 to 64GB")
    boolean isCacheSizeInRange() {
        return !cacheSize.isNegative() && cacheSize.toGigabytes() <= 64;
    }
}

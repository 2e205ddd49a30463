package dev.tributary.embedding;

import dev.tributary.inference.ModelRules;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configured embedding model: a folder or a server. Absent settings of a folder are read from its
 * files; the defaults for a server are those of {@link HttpEmbeddingModel}.
 *
 * @param path folder with model.onnx (or onnx/model.onnx) and tokenizer.json
 * @param pooling how a folder's model makes one vector from those of its tokens
 * @param normalize true if a folder's vectors are scaled to length 1
 * @param url URL of a server with OpenAI's API, such as {@code http://127.0.0.1:11434/v1}
 * @param apiKey key that is sent to the server as a bearer token
 * @param model name of the model on the server; absent if it is the same
 * @param dimension dimension of the embeddings; absent to ask the server
 * @param dimensions dimensions to request from a server that can shorten its embeddings
 * @param encoding encoding to request from the server
 * @param tokenizer file with the tokenizer of a server's model; absent to estimate tokens
 * @param tokensMax most tokens of a text, including special tokens
 * @param batchCountMax most texts of one call to the server
 * @param batchTokensMax most tokens of one call to the server; a longer text goes alone
 * @param callsMax most concurrent calls to the server
 * @param connectTimeout timeout for connecting to the server
 * @param timeout timeout of one call to the server
 * @param attemptsMax how often a call to the server is tried
 * @param waitMax limit of the total time that a call waits between its attempts and for a busy
 *     server
 */
record ModelSettings(
        @Nullable String path,
        @Nullable Pooling pooling,
        @Nullable Boolean normalize,
        @Nullable URI url,
        @Nullable String apiKey,
        @Nullable String model,
        @Nullable @Min(1) @Max(16_000) Integer dimension,
        @Nullable @Min(1) @Max(16_000) Integer dimensions,
        @Nullable Encoding encoding,
        @Nullable String tokenizer,
        @Nullable @Min(16) @Max(131_072) Integer tokensMax,
        @Nullable @Min(1) @Max(2_048) Integer batchCountMax,
        @Nullable @Min(16) @Max(1_000_000) Integer batchTokensMax,
        @Nullable @Min(1) @Max(64) Integer callsMax,
        @Nullable Duration connectTimeout,
        @Nullable Duration timeout,
        @Nullable @Min(1) @Max(10) Integer attemptsMax,
        @Nullable Duration waitMax) {
    private static final Duration TIME_MAX = Duration.ofMinutes(10);

    /** The encoding that a server is asked for; it may answer in either. */
    enum Encoding {
        /** Little-endian float32 in base64. */
        BASE64,
        /** An array of numbers. */
        FLOAT
    }

    /**
     * Refuses settings that do not go together.
     *
     * @param key key of the settings, such as {@code tributary.embedding.models.bge}
     */
    void check(String key) {
        if ((path == null) == (url == null)) {
            throw new IllegalArgumentException(
                    "%s has %s, must have exactly one of path (a folder) and url (a server)"
                            .formatted(key, path == null ? "neither path nor url" : "both"));
        }
        (url == null ? ofServers() : ofFolders())
                .forEach((name, value) -> {
                    if (value != null) {
                        throw new IllegalArgumentException(
                                "%s.%s is set, but a model with %s does not use it"
                                        .formatted(key, name, url == null ? "path" : "url"));
                    }
                });
        ModelRules.checkServer(key, url, apiKey, "http://127.0.0.1:11434/v1 or https://host/v1");
        if (dimension != null && dimensions != null && !dimension.equals(dimensions)) {
            throw new IllegalArgumentException(
                    "%s.dimension is %,d, must equal dimensions, which is %,d"
                            .formatted(key, dimension, dimensions));
        }
        checkTime(key + ".connect-timeout", connectTimeout, false);
        checkTime(key + ".timeout", timeout, false);
        checkTime(key + ".wait-max", waitMax, true);
    }

    private Map<String, @Nullable Object> ofFolders() {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        settings.put("pooling", pooling);
        settings.put("normalize", normalize);
        return settings;
    }

    private Map<String, @Nullable Object> ofServers() {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        settings.put("api-key", apiKey);
        settings.put("model", model);
        settings.put("dimension", dimension);
        settings.put("dimensions", dimensions);
        settings.put("encoding", encoding);
        settings.put("tokenizer", tokenizer);
        settings.put("batch-count-max", batchCountMax);
        settings.put("batch-tokens-max", batchTokensMax);
        settings.put("calls-max", callsMax);
        settings.put("connect-timeout", connectTimeout);
        settings.put("timeout", timeout);
        settings.put("attempts-max", attemptsMax);
        settings.put("wait-max", waitMax);
        return settings;
    }

    private static void checkTime(String key, @Nullable Duration time, boolean mayBeZero) {
        if (time == null) {
            return;
        }
        boolean isTooShort = time.isNegative() || (time.isZero() && !mayBeZero);
        if (isTooShort || time.compareTo(TIME_MAX) > 0) {
            throw new IllegalArgumentException(
                    "%s is %s, must be %s and at most 10m"
                            .formatted(key, time, mayBeZero ? "0 or more" : "more than 0"));
        }
    }

    /** Omits the key. */
    @Override
    public String toString() {
        return "ModelSettings[path=%s, url=%s, model=%s]".formatted(path, url, model);
    }
}

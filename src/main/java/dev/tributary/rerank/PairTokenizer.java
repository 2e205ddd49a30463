package dev.tributary.rerank;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokenizer of a cross-encoder: query and document in one sequence, separated as its {@code
 * tokenizer.json} says. Thread-safe.
 */
final class PairTokenizer implements AutoCloseable {
    static final String FILE = "tokenizer.json";

    private static final String CONFIG_FILE = "tokenizer_config.json";
    private static final int TOKENS_DEFAULT = 512;

    /**
     * Most characters of a text that are read for each token of the sequence: the native call holds
     * its thread for a second per megabyte, and cannot be cancelled.
     */
    private static final int CHARACTERS_PER_TOKEN_MAX = 64;

    private final HuggingFaceTokenizer tokenizer;
    private final int tokensMax;

    private PairTokenizer(HuggingFaceTokenizer tokenizer, int tokensMax) {
        this.tokenizer = tokenizer;
        this.tokensMax = tokensMax;
    }

    /**
     * Loads a tokenizer.
     *
     * @param folder folder with {@code tokenizer.json} and optionally {@code tokenizer_config.json}
     * @param tokensMax most tokens of a sequence, including special tokens; null for the model's
     *     own limit, at most 512
     */
    static PairTokenizer load(Path folder, @Nullable Integer tokensMax) throws IOException {
        int max = tokensMax == null ? tokensMax(folder) : tokensMax;
        var options =
                Map.of(
                        "truncation",
                        "longest_first",
                        "padding",
                        "false",
                        "maxLength",
                        String.valueOf(max),
                        "modelMaxLength",
                        String.valueOf(max));
        try (InputStream json = Files.newInputStream(folder.resolve(FILE))) {
            return new PairTokenizer(HuggingFaceTokenizer.newInstance(json, options), max);
        }
    }

    /** The configuration's {@code model_max_length}, which is 1e30 if it was not set. */
    private static int tokensMax(Path folder) throws IOException {
        Path file = folder.resolve(CONFIG_FILE);
        if (!Files.exists(file)) {
            return TOKENS_DEFAULT;
        }
        JsonNode length =
                JsonMapper.shared().readTree(Files.readString(file)).path("model_max_length");
        return length.canConvertToInt() && length.intValue() > 0
                ? Math.min(length.intValue(), TOKENS_DEFAULT)
                : TOKENS_DEFAULT;
    }

    /** Most tokens of a sequence, including special tokens. */
    int tokensMax() {
        return tokensMax;
    }

    /**
     * Returns what a model reads. If both are too long together, tokens are removed from the end of
     * the longer one first, as the models were trained.
     */
    Encoding encode(String query, String document) {
        return tokenizer.encode(readable(query), readable(document), true, false);
    }

    private String readable(String text) {
        return text.substring(0, Math.min(text.length(), tokensMax * CHARACTERS_PER_TOKEN_MAX));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}

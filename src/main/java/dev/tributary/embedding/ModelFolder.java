package dev.tributary.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model's files and configuration in a folder, as sentence-transformers and optimum write them.
 *
 * @param graph the ONNX file
 * @param tokenizer the file with the tokenizer
 * @param pooling pooling for a graph that returns a vector for each token; a graph that returns one
 *     vector for the text has already pooled
 * @param isPoolingSet true if the configuration says how to pool, so that the graph's own pooling
 *     is not used
 * @param normalized true if vectors are scaled to length 1
 * @param tokensMax most tokens that the model reads at once, including special tokens
 * @param steps steps that must follow the pooling but are not supported, such as {@code Dense}
 */
record ModelFolder(
        Path graph,
        Path tokenizer,
        Pooling pooling,
        boolean isPoolingSet,
        boolean normalized,
        int tokensMax,
        List<String> steps) {
    /** Memory for attention grows with the square of the tokens, so more must be configured. */
    static final int TOKENS_MAX_UNASKED = 2_048;

    private static final int TOKENS_DEFAULT = 512;
    private static final int TOKENS_MIN = 8;

    /** The modes of {@code 1_Pooling/config.json}; others are refused. */
    private static final Map<String, Pooling> MODES =
            Map.of(
                    "pooling_mode_mean_tokens", Pooling.MEAN,
                    "pooling_mode_cls_token", Pooling.CLS,
                    "pooling_mode_max_tokens", Pooling.MAX,
                    "pooling_mode_lasttoken", Pooling.LAST);

    /** Models whose first position is the one after the padding token. */
    private static final List<String> SHIFTED =
            List.of("roberta", "xlm-roberta", "camembert", "mpnet");

    /**
     * Reads the folder; the configuration takes precedence over the folder.
     *
     * @throws UnusableModelException if a file is missing or unreadable, or needs what is not
     *     supported
     */
    static ModelFolder read(String name, Path folder, ModelSettings settings) {
        Path graph = folder.resolve("model.onnx");
        if (!Files.exists(graph) && Files.exists(folder.resolve("onnx/model.onnx"))) {
            graph = folder.resolve("onnx/model.onnx");
        }
        Path tokenizer = folder.resolve("tokenizer.json");
        for (Path file : List.of(graph, tokenizer)) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new UnusableModelException(
                        name, file + " does not exist, or cannot be read", null);
            }
        }
        try {
            return read(folder, graph, tokenizer, settings);
        } catch (IOException | JacksonException e) {
            throw new UnusableModelException(name, "cannot read the files in " + folder, e);
        } catch (UnknownPoolingException e) {
            throw new UnusableModelException(name, String.valueOf(e.getMessage()), null);
        }
    }

    private static ModelFolder read(Path folder, Path graph, Path tokenizer, ModelSettings settings)
            throws IOException, UnknownPoolingException {
        JsonNode modules = json(folder.resolve("modules.json"));
        List<String> steps = new ArrayList<>();
        boolean isNormalized = modules.isMissingNode();
        Path poolingFolder = folder.resolve("1_Pooling");
        for (JsonNode module : modules) {
            String type = module.path("type").asString("").replaceFirst(".*\\.", "");
            switch (type) {
                case "Transformer", "Dropout" -> {}
                case "Pooling" -> poolingFolder = folder.resolve(module.path("path").asString(""));
                case "Normalize" -> isNormalized = true;
                default -> steps.add(type);
            }
        }
        Pooling set = settings.pooling();
        return new ModelFolder(
                graph,
                tokenizer,
                set == null ? pooling(poolingFolder.resolve("config.json")) : set,
                set != null,
                settings.normalize() == null ? isNormalized : settings.normalize(),
                settings.tokensMax() == null ? tokensMax(folder) : settings.tokensMax(),
                List.copyOf(steps));
    }

    private static Pooling pooling(Path file) throws IOException, UnknownPoolingException {
        JsonNode config = json(file);
        if (config.isMissingNode()) {
            return Pooling.MEAN;
        }
        List<String> modes =
                config.properties().stream()
                        .filter(entry -> entry.getKey().startsWith("pooling_mode_"))
                        .filter(entry -> entry.getValue().asBoolean(false))
                        .map(Map.Entry::getKey)
                        .toList();
        Pooling known = modes.size() == 1 ? MODES.get(modes.getFirst()) : null;
        if (known == null) {
            throw new UnknownPoolingException(
                    "%s has %s, must have exactly one of %s; or set pooling"
                            .formatted(file, modes, MODES.keySet().stream().sorted().toList()));
        }
        return known;
    }

    private static int tokensMax(Path folder) throws IOException {
        JsonNode config = json(folder.resolve("config.json"));
        int shift = SHIFTED.contains(config.path("model_type").asString("")) ? 2 : 0;
        int tokens =
                Stream.of(
                                json(folder.resolve("sentence_bert_config.json"))
                                        .path("max_seq_length"),
                                json(folder.resolve("tokenizer_config.json"))
                                        .path("model_max_length"))
                        .filter(ModelFolder::isLength)
                        .map(JsonNode::intValue)
                        .findFirst()
                        .orElseGet(() -> {
                            JsonNode positions = config.path("max_position_embeddings");
                            return isLength(positions)
                                    ? positions.intValue() - shift
                                    : TOKENS_DEFAULT;
                        });
        return Math.min(tokens, TOKENS_MAX_UNASKED);
    }

    /** Tokenizers write 1e30 if no length was set. */
    private static boolean isLength(JsonNode node) {
        return node.isNumber() && node.canConvertToInt() && node.intValue() >= TOKENS_MIN;
    }

    private static JsonNode json(Path file) throws IOException {
        JsonMapper mapper = JsonMapper.shared();
        return Files.exists(file) ? mapper.readTree(Files.readString(file)) : mapper.missingNode();
    }

    /**
     * What embeddings depend on: the bytes of the graph, of the weights beside it and of the
     * tokenizer, and how their output is used.
     */
    String identity() throws IOException {
        MessageDigest sha256 = CacheKey.sha256();
        for (Path file : weights()) {
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
        }
        String use = "|%s|%s|%s|%d".formatted(pooling, isPoolingSet, normalized, tokensMax);
        sha256.update(use.getBytes(StandardCharsets.UTF_8));
        return "onnx:" + HexFormat.of().formatHex(sha256.digest());
    }

    /** The graph may keep its weights in files beside it, such as {@code model.onnx_data}. */
    private List<Path> weights() throws IOException {
        List<Path> files = new ArrayList<>(List.of(tokenizer, graph));
        try (Stream<Path> beside = Files.list(graph.toAbsolutePath().getParent())) {
            beside.filter(
                            file -> {
                                String other =
                                        file.getFileName().toString().toLowerCase(Locale.ROOT);
                                return other.startsWith("model.onnx")
                                        && !other.equals("model.onnx");
                            })
                    .sorted()
                    .forEach(files::add);
        }
        return files;
    }

    private static final class UnknownPoolingException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownPoolingException(String message) {
            super(message);
        }
    }
}

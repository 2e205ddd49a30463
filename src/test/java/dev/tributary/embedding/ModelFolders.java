package dev.tributary.embedding;

import dev.tributary.testing.OnnxGraph;
import dev.tributary.testing.TinyTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes folders with models so small that their vectors can be counted by hand: that of a token is
 * its id, 1, and minus its id. "a cat" has the ids 2, 4, 6 and 3.
 */
final class ModelFolders {
    static final String TOKENS = "last_hidden_state";
    static final String TEXT = "sentence_embedding";

    private ModelFolders() {}

    /** Gives a vector for each token. */
    static OnnxGraph ofTokens() {
        return ids().output(TOKENS, "batch", "tokens", "dimension");
    }

    /** Gives the greatest of each component as well, under the name of a finished embedding. */
    static OnnxGraph ofTokensAndText() {
        return greatest(ofTokens(), TEXT);
    }

    /** Gives one vector for the text, under a name that says nothing. */
    static OnnxGraph ofTextOnly() {
        return greatest(ids(), "pooled");
    }

    /** Gives 0/0 for each token. */
    static OnnxGraph ofNothing() {
        return ids().node("Sub", List.of(TOKENS, TOKENS), "zero")
                .node("Div", List.of("zero", "zero"), "nan")
                .output("nan", "batch", "tokens", "dimension");
    }

    /** The vector of a token is its place, from 0, and its type, and its mask. */
    static OnnxGraph ofPlaces() {
        return new OnnxGraph()
                .input("input_ids")
                .input("attention_mask")
                .input("token_type_ids")
                .input("position_ids")
                .longs("axis_2", 2)
                .node("Unsqueeze", List.of("position_ids", "axis_2"), "places")
                .node("Unsqueeze", List.of("token_type_ids", "axis_2"), "types")
                .node("Unsqueeze", List.of("attention_mask", "axis_2"), "mask")
                .node("Concat", List.of("places", "types", "mask"), "all", Map.of("axis", 2L))
                .node("Cast", List.of("all"), TOKENS, Map.of("to", OnnxGraph.FLOAT))
                .output(TOKENS, "batch", "tokens", "dimension");
    }

    /** Wants the memory of a decoder. */
    static OnnxGraph ofDecoder() {
        return ofTokens().input("past_key_values.0.key");
    }

    /** Can read one token or exactly 16, as it adds a vector of 16 positions. */
    static OnnxGraph of16Positions() {
        return new OnnxGraph()
                .input("input_ids")
                .longs("axis_2", 2)
                .floats("positions", new float[16])
                .node("Cast", List.of("input_ids"), "ids", Map.of("to", OnnxGraph.FLOAT))
                .node("Add", List.of("ids", "positions"), "placed")
                .node("Unsqueeze", List.of("placed", "axis_2"), TOKENS)
                .output(TOKENS, "batch", "tokens", "dimension");
    }

    private static OnnxGraph ids() {
        return new OnnxGraph()
                .input("input_ids")
                .input("attention_mask")
                .longs("axis_2", 2)
                .floats("times", 1, 0, -1)
                .floats("plus", 0, 1, 0)
                .node("Cast", List.of("input_ids"), "ids", Map.of("to", OnnxGraph.FLOAT))
                .node("Unsqueeze", List.of("ids", "axis_2"), "column")
                .node("Mul", List.of("column", "times"), "signed")
                .node("Add", List.of("signed", "plus"), TOKENS);
    }

    private static OnnxGraph greatest(OnnxGraph graph, String output) {
        return graph.node(
                        "ReduceMax",
                        List.of(TOKENS),
                        output,
                        Map.of("axes", new long[] {1}, "keepdims", 0L))
                .output(output, "batch", "dimension");
    }

    /** Writes graph and tokenizer. */
    static Path write(Path folder, OnnxGraph graph) {
        try {
            Files.createDirectories(folder);
            graph.write(folder.resolve("model.onnx"));
            return add(folder, "tokenizer.json", TinyTokenizer.json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes one more file; quotes may be single. */
    static Path add(Path folder, String file, String content) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(
                    path, file.equals("tokenizer.json") ? content : content.replace('\'', '"'));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

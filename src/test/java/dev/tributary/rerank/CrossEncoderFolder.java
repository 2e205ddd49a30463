package dev.tributary.rerank;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.testing.OnnxGraph;
import dev.tributary.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes folders with cross-encoders so small that what they say can be counted by hand. */
final class CrossEncoderFolder {
    private CrossEncoderFolder() {}

    /** Its logit is the number of the query's tokens that are in the document. */
    static Path countingWords(Path folder) throws IOException {
        return write(folder, wordCount().output("logits"));
    }

    /** Two classes, whose logits are minus and plus the number of common tokens. */
    static Path withTwoClasses(Path folder) throws IOException {
        return write(
                folder,
                wordCount()
                        .node("Neg", List.of("logits"), "no")
                        .node("Concat", List.of("no", "logits"), "classes", Map.of("axis", 1L))
                        .output("classes"));
    }

    static Path withThreeClasses(Path folder) throws IOException {
        return write(
                folder,
                wordCount()
                        .node(
                                "Concat",
                                List.of("logits", "logits", "logits"),
                                "classes",
                                Map.of("axis", 1L))
                        .output("classes"));
    }

    private static OnnxGraph wordCount() {
        return new OnnxGraph()
                .input("input_ids")
                .input("attention_mask")
                .input("token_type_ids")
                .longs("axis_1", 1)
                .longs("axis_2", 2)
                .floats("one", 1)
                .node("Unsqueeze", List.of("input_ids", "axis_2"), "column")
                .node("Unsqueeze", List.of("input_ids", "axis_1"), "row")
                .node("Equal", List.of("column", "row"), "equal")
                .node("Cast", List.of("equal"), "equals", Map.of("to", OnnxGraph.FLOAT))
                .node("Cast", List.of("token_type_ids"), "second", Map.of("to", OnnxGraph.FLOAT))
                .node("Unsqueeze", List.of("second", "axis_1"), "in_second")
                .node("Mul", List.of("equals", "in_second"), "hits")
                .node(
                        "ReduceMax",
                        List.of("hits"),
                        "found",
                        Map.of("axes", new long[] {2}, "keepdims", 0L))
                .node("Sub", List.of("one", "second"), "first")
                .node("Mul", List.of("found", "first"), "common")
                .node("Cast", List.of("attention_mask"), "mask", Map.of("to", OnnxGraph.FLOAT))
                .node("Mul", List.of("common", "mask"), "counted")
                .node("ReduceSum", List.of("counted", "axis_1"), "sum")
                // The [SEP] of the query is always in the document.
                .node("Sub", List.of("sum", "one"), "logits");
    }

    /** Knows no token types, and its logit is a hundredth of the number of tokens. */
    static Path countingTokens(Path folder) throws IOException {
        return write(
                folder,
                tokenCount()
                        .floats("hundredth", 0.01f)
                        .node("Mul", List.of("sum", "hundredth"), "logits")
                        .output("logits"));
    }

    /** Its logit is 1, but 0/0 of a sequence of exactly 20 tokens. */
    static Path failingAt20Tokens(Path folder) throws IOException {
        return write(
                folder,
                tokenCount()
                        .floats("twenty", 20)
                        .node("Sub", List.of("sum", "twenty"), "difference")
                        .node("Div", List.of("difference", "difference"), "logits")
                        .output("logits"));
    }

    /** Can read one token or exactly 16, as it adds a vector of 16 positions. */
    static Path of16Positions(Path folder) throws IOException {
        return write(
                folder,
                new OnnxGraph()
                        .input("input_ids")
                        .longs("axis_1", 1)
                        .floats("positions", new float[16])
                        .node("Cast", List.of("input_ids"), "ids", Map.of("to", OnnxGraph.FLOAT))
                        .node("Add", List.of("ids", "positions"), "placed")
                        .node("ReduceSum", List.of("placed", "axis_1"), "logits")
                        .output("logits"));
    }

    /** Wants pictures. */
    static Path ofPixels(Path folder) throws IOException {
        return write(
                folder,
                new OnnxGraph()
                        .input("pixel_values")
                        .node(
                                "Cast",
                                List.of("pixel_values"),
                                "logits",
                                Map.of("to", OnnxGraph.FLOAT))
                        .output("logits"));
    }

    private static OnnxGraph tokenCount() {
        return new OnnxGraph()
                .input("input_ids")
                .input("attention_mask")
                .longs("axis_1", 1)
                .node("Cast", List.of("attention_mask"), "mask", Map.of("to", OnnxGraph.FLOAT))
                .node("ReduceSum", List.of("mask", "axis_1"), "sum");
    }

    private static Path write(Path folder, OnnxGraph model) throws IOException {
        Files.createDirectories(folder);
        model.write(folder.resolve("model.onnx"));
        Files.write(folder.resolve("tokenizer.json"), TinyTokenizer.json().getBytes(UTF_8));
        return folder;
    }
}

package dev.tributary.embedding;

import ai.onnxruntime.OrtException;
import dev.tributary.embedding.OnnxEmbeddingModel.Description;
import dev.tributary.inference.FairWorkers;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** all-MiniLM-L6-v2, which is part of the service: the mean of the token vectors, of length 1. */
final class BuiltInModel {
    static final String NAME = "all-minilm-l6-v2";

    private static final int TOKENS_MAX = 256;

    private BuiltInModel() {}

    /** Which weights to run. */
    enum Precision {
        /** Weights of one byte: 23 MB, about twice as fast. */
        INT8("/all-minilm-l6-v2-q"),
        /** Weights of four bytes: 90 MB. */
        FLOAT32("/all-minilm-l6-v2");

        private final String resource;

        Precision(String resource) {
            this.resource = resource;
        }
    }

    /**
     * Loads the model in less than a second, and runs it once: the first inference takes 30 ms.
     *
     * @param workers the threads that run it; closed with it
     */
    static OnnxEmbeddingModel load(Precision precision, FairWorkers workers) {
        String weights = precision.name().toLowerCase(Locale.ROOT);
        try (InputStream json = open(precision.resource + "-tokenizer.json");
                InputStream graph = open(precision.resource + ".onnx")) {
            // A file path would save the array, but a resource has none.
            byte[] bytes = graph.readAllBytes();
            var encoder =
                    new OnnxEncoder(
                            (environment, options) -> environment.createSession(bytes, options),
                            Pooling.MEAN,
                            true,
                            true);
            return new OnnxEmbeddingModel(
                    new Description(
                            NAME,
                            NAME + ":" + weights,
                            "in process (onnx, " + weights + ")",
                            TOKENS_MAX),
                    TextTokenizer.load(json),
                    encoder,
                    workers);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the embedding model", e);
        } catch (OrtException e) {
            throw new IllegalStateException("cannot load the embedding model", e);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream stream = BuiltInModel.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new FileNotFoundException(resource + " is not on the class path");
        }
        return stream;
    }
}

package dev.tributary.rerank;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.tributary.failure.ServiceException;
import dev.tributary.model.FairWorkers;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A cross-encoder in this process, on ONNX Runtime. Its score is the sigmoid of the model's logit,
 * 0..1, or of two classes the probability of the second. Thread-safe.
 *
 * <p>One pair an inference and one thread each, for the same reasons as embeddings: among others in
 * a batch, the score of a pair would depend on its neighbours where the weights are int8.
 */
final class OnnxReranker implements Reranker, AutoCloseable {
    static final String FILE = "model.onnx";

    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    private final String name;
    private final FairWorkers workers;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final PairTokenizer tokenizer;
    private final OrtSession session;

    /**
     * Loads the model, and runs it once over as many tokens as it may get.
     *
     * @param folder with {@code model.onnx} and {@code tokenizer.json}, as sentence-transformers
     *     and optimum export them
     * @param tokensMax of query and document together; null for the model's own, at most 512
     * @param workers that run it, closed with it
     * @throws UnusableRerankerException if the folder has no such model
     */
    OnnxReranker(String name, Path folder, @Nullable Integer tokensMax, FairWorkers workers) {
        this.name = name;
        this.workers = workers;
        requireFile(folder.resolve(FILE));
        requireFile(folder.resolve(PairTokenizer.FILE));
        tokenizer = loadTokenizer(folder, tokensMax);
        session = loadSession(folder.resolve(FILE));
        checkInputs();
        tryOut();
    }

    private void requireFile(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw unusable(file + " is not there, or cannot be read", null);
        }
    }

    private PairTokenizer loadTokenizer(Path folder, @Nullable Integer tokensMax) {
        try {
            return PairTokenizer.load(folder, tokensMax);
        } catch (IOException | JacksonException e) {
            throw unusable("cannot read the tokenizer in " + folder, e);
        } catch (RuntimeException e) {
            // The only type that the native side throws.
            throw unusable(folder.resolve(PairTokenizer.FILE) + " is no tokenizer", e);
        }
    }

    private OrtSession loadSession(Path file) {
        try (var options = new SessionOptions()) {
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw unusable(file + " is no model that ONNX Runtime can load", e);
        }
    }

    private void checkInputs() {
        try {
            for (NodeInfo input : session.getInputInfo().values()) {
                boolean isKnown = List.of(IDS, MASK, TYPES).contains(input.getName());
                boolean isLong =
                        input.getInfo() instanceof TensorInfo tensor
                                && tensor.type == OnnxJavaType.INT64;
                if (!isKnown || !isLong) {
                    throw unusable(
                            "input %s is not one of %s, %s and %s as int64"
                                    .formatted(input.getName(), IDS, MASK, TYPES),
                            null);
                }
            }
        } catch (OrtException e) {
            throw unusable("the model does not tell its inputs", e);
        }
    }

    /** The first inference is slow, and a model that is too short for its tokens shows it here. */
    private void tryOut() {
        Encoding longest = tokenizer.encode(name, "a ".repeat(tokenizer.tokensMax()));
        try {
            double logit = logit(longest);
            if (!Double.isFinite(logit)) {
                throw unusable("it gives " + logit, null);
            }
        } catch (OrtException e) {
            throw unusable("it fails on %,d tokens".formatted(longest.getIds().length), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double[] score(String query, List<String> documents, Duration timeout) {
        var deadline = Deadline.in(timeout);
        double[] scores = new double[documents.size()];
        boolean inTime =
                workers.forEach(
                        IntStream.range(0, scores.length).boxed().toList(),
                        i -> scores[i] = score(query, documents.get(i), deadline),
                        timeout);
        if (!inTime) {
            throw slow();
        }
        return scores;
    }

    private double score(String query, String document, Deadline deadline) {
        if (deadline.isOver()) {
            throw slow();
        }
        try {
            double logit = logit(tokenizer.encode(query, document));
            if (!Double.isFinite(logit)) {
                throw ServiceException.unavailable(
                        "reranker_unavailable", "reranker " + name + " gave " + logit);
            }
            return 1 / (1 + Math.exp(-logit));
        } catch (OrtException e) {
            throw ServiceException.unavailable(
                    "reranker_unavailable", "reranker " + name + " failed", e);
        }
    }

    private ServiceException slow() {
        return ServiceException.unavailable(
                "reranker_timeout", "reranker " + name + " did not answer in time");
    }

    /** Of two classes, the difference of their logits: its sigmoid is their softmax. */
    private double logit(Encoding pair) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (String input : session.getInputNames()) {
                inputs.put(input, tensor(values(input, pair)));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                FloatBuffer logits = logits(result);
                return logits.remaining() == 1
                        ? logits.get(0)
                        : (double) logits.get(1) - logits.get(0);
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private FloatBuffer logits(OrtSession.Result result) {
        if (result.get(0) instanceof OnnxTensor tensor) {
            @Nullable FloatBuffer logits = tensor.getFloatBuffer();
            if (logits != null && logits.remaining() >= 1 && logits.remaining() <= 2) {
                return logits;
            }
        }
        throw unusable(
                "its output is not one logit a pair, or two: " + result.get(0).getInfo(), null);
    }

    private static long[] values(String input, Encoding pair) {
        return switch (input) {
            case IDS -> pair.getIds();
            case MASK -> pair.getAttentionMask();
            default -> pair.getTypeIds();
        };
    }

    private OnnxTensor tensor(long[] values) throws OrtException {
        return OnnxTensor.createTensor(
                environment, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    private UnusableRerankerException unusable(String reason, @Nullable Exception cause) {
        return new UnusableRerankerException(name, reason, cause);
    }

    /** Lets running inferences end, then frees the native memory. */
    @Override
    public void close() {
        workers.close();
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot close reranker " + name, e);
        }
    }
}

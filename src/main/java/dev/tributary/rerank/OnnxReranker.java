package dev.tributary.rerank;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tributary.failure.ServiceException;
import dev.tributary.inference.FairWorkers;
import dev.tributary.inference.OnnxSessions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A cross-encoder in this process, on ONNX Runtime. Its score is the sigmoid of the model's logit,
 * 0..1, or for two classes the probability of the second. Thread-safe.
 *
 * <p>Each inference has one pair and one thread, for the same reasons as with embeddings: in a
 * batch, the score of a pair would depend on its neighbours if the weights are int8.
 */
final class OnnxReranker implements Reranker, AutoCloseable {
    static final String FILE = "model.onnx";

    private final String name;
    private final FairWorkers workers;
    private final PairTokenizer tokenizer;
    private final OrtSession session;

    /**
     * Loads the model, and runs it once over the most tokens that it may get.
     *
     * @param folder folder with {@code model.onnx} and {@code tokenizer.json}, as
     *     sentence-transformers and optimum export them
     * @param tokensMax most tokens of query and document together; null for the model's own limit,
     *     at most 512
     * @param workers the threads that run it; closed with it
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
            throw unusable(file + " does not exist, or cannot be read", null);
        }
    }

    private PairTokenizer loadTokenizer(Path folder, @Nullable Integer tokensMax) {
        try {
            return PairTokenizer.load(folder, tokensMax);
        } catch (IOException | JacksonException e) {
            throw unusable("cannot read the tokenizer in " + folder, e);
        } catch (RuntimeException e) {
            // The only type that the native code throws.
            throw unusable(folder.resolve(PairTokenizer.FILE) + " is not a tokenizer", e);
        }
    }

    private OrtSession loadSession(Path file) {
        try {
            return OnnxSessions.open(
                    (environment, options) -> environment.createSession(file.toString(), options));
        } catch (OrtException e) {
            throw unusable(file + " is not a model that ONNX Runtime can load", e);
        }
    }

    private void checkInputs() {
        try {
            OnnxSessions.checkInputs(
                    session, List.of(OnnxSessions.IDS, OnnxSessions.MASK, OnnxSessions.TYPES));
        } catch (IllegalArgumentException e) {
            throw unusable(String.valueOf(e.getMessage()), null);
        } catch (OrtException e) {
            throw unusable("the inputs of the model cannot be read", e);
        }
    }

    /** The first inference is slow, and a model that cannot read that many tokens fails here. */
    private void tryOut() {
        Encoding longest = tokenizer.encode(name, "a ".repeat(tokenizer.tokensMax()));
        try {
            double logit = logit(longest);
            if (!Double.isFinite(logit)) {
                throw unusable("it returns " + logit, null);
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
                        "reranker_unavailable", "reranker " + name + " returned " + logit);
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

    /**
     * For two classes, the difference of their logits: its sigmoid is the softmax of the second.
     */
    private double logit(Encoding pair) throws OrtException {
        return OnnxSessions.run(
                session,
                session.getOutputNames(),
                input -> values(input, pair),
                result -> {
                    FloatBuffer logits = logits(result);
                    return logits.remaining() == 1
                            ? logits.get(0)
                            : (double) logits.get(1) - logits.get(0);
                });
    }

    private FloatBuffer logits(OrtSession.Result result) {
        if (result.get(0) instanceof OnnxTensor tensor) {
            @Nullable FloatBuffer logits = tensor.getFloatBuffer();
            if (logits != null && logits.remaining() >= 1 && logits.remaining() <= 2) {
                return logits;
            }
        }
        throw unusable(
                "its output is not one or two logits per pair: " + result.get(0).getInfo(), null);
    }

    private static long[] values(String input, Encoding pair) {
        return switch (input) {
            case OnnxSessions.IDS -> pair.getIds();
            case OnnxSessions.MASK -> pair.getAttentionMask();
            default -> pair.getTypeIds();
        };
    }

    private UnusableRerankerException unusable(String reason, @Nullable Exception cause) {
        return new UnusableRerankerException(name, reason, cause);
    }

    /** Lets running inferences finish, then frees the native memory. */
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

package dev.tributary.embedding;

import ai.onnxruntime.OrtException;
import dev.tributary.embedding.TextTokenizer.Input;
import dev.tributary.failure.ServiceException;
import dev.tributary.inference.FairWorkers;
import dev.tributary.vector.Embedding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model in this process, on ONNX Runtime. Thread-safe.
 *
 * <p>A text that is longer than the model can read is embedded in windows: consecutive parts, each
 * embedded like a separate text. The embedding of the whole is the direction of <i>first +
 * mean</i>, where <i>first</i> is the embedding of the first window and <i>mean</i> is the
 * direction of the sum of all windows, each weighted by its tokens. The beginning counts more,
 * because it usually says what a text is about. If the model's embeddings are not of length 1, the
 * result has the mean length of its windows' embeddings.
 *
 * <p>Each inference has one text, or window, on purpose. An int8 model quantizes its activations by
 * their range in the whole batch. In a batch of 8, the vector of a text therefore differs from the
 * one it has alone, even among texts of equal length: by 0.005 on average and up to 0.026 (1 -
 * cosine), and no vector stays the same bit for bit. Batches also gain little. Tokens/s of
 * all-MiniLM-L6-v2 on 2 cores, in batches of 1, 4, 8 and 16:
 *
 * <pre>
 * int8, passages of 115 tokens, 1 thread     13,000  13,800  12,700  11,600
 * int8, passages of 115 tokens, 2 threads    26,800  29,400  27,800  25,400
 * int8, queries of 13 tokens, 1 thread       12,900  13,700  14,500  16,100
 * int8, queries of 13 tokens, 2 threads      26,400  29,300  29,300  29,800
 * float32, passages, 2 threads               10,900  12,500  12,400
 * </pre>
 *
 * <p>Instead, texts run in parallel, longest first, with one ONNX thread each. The cosine between
 * int8 and float32 is 0.992 on average and 0.98 at worst, over 960 texts.
 */
final class OnnxEmbeddingModel implements EmbeddingModel {
    /**
     * Most windows of one text: about 3,000 English words. Bounds the work for a text of 1 MB to
     * that for 16 texts. Besides, the more windows there are, the less the mean says about each.
     */
    private static final int WINDOWS_MAX = 16;

    /** Most tokens of all windows of a text: the larger the windows, the fewer there are. */
    private static final int WINDOWS_TOKENS_MAX = 4_096;

    /**
     * Most tokens of the trial run when a model is loaded, as the work grows faster than the
     * tokens.
     */
    private static final int TRIED_TOKENS_MAX = 2_048;

    private final Description description;
    private final TextTokenizer tokenizer;
    private final OnnxEncoder encoder;
    private final FairWorkers workers;
    private final int windowsMax;
    private final int dimension;

    /**
     * A description of a model.
     *
     * @param identity see {@link EmbeddingModel#identity()}
     * @param tokensMax most tokens of one window, including special tokens
     */
    record Description(String name, String identity, String runtime, int tokensMax) {}

    /**
     * Takes the loaded model, and runs it once over as many tokens as it may get.
     *
     * @param workers the threads that run it; closed with it
     * @throws UnusableModelException if that run fails
     */
    OnnxEmbeddingModel(
            Description description,
            TextTokenizer tokenizer,
            OnnxEncoder encoder,
            FairWorkers workers) {
        this.description = description;
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.workers = workers;
        windowsMax = Math.clamp(WINDOWS_TOKENS_MAX / description.tokensMax(), 1, WINDOWS_MAX);
        dimension = tryOut(Math.min(TRIED_TOKENS_MAX, description.tokensMax()));
    }

    /**
     * Loads a model from a folder.
     *
     * @param workers the threads that run it; closed with it
     * @throws UnusableModelException if the folder has no such model
     */
    static OnnxEmbeddingModel load(String name, ModelFolder folder, FairWorkers workers) {
        TextTokenizer tokenizer = loadTokenizer(name, folder.tokenizer());
        try {
            String graph = folder.graph().toString();
            var encoder =
                    new OnnxEncoder(
                            (environment, options) -> environment.createSession(graph, options),
                            folder.pooling(),
                            folder.isPoolingSet(),
                            folder.normalized());
            if (encoder.isPooledHere() && !folder.steps().isEmpty()) {
                throw new UnusableModelException(
                        name,
                        "modules.json requires %s, which only a graph with the output sentence_embedding has"
                                .formatted(folder.steps()),
                        null);
            }
            var description =
                    new Description(
                            name, folder.identity(), "in process (onnx)", folder.tokensMax());
            return new OnnxEmbeddingModel(description, tokenizer, encoder, workers);
        } catch (IOException e) {
            throw new UnusableModelException(name, "cannot read " + folder.graph(), e);
        } catch (OrtException e) {
            throw new UnusableModelException(
                    name, folder.graph() + " is not a model that ONNX Runtime can load", e);
        } catch (IllegalArgumentException e) {
            throw new UnusableModelException(name, String.valueOf(e.getMessage()), null);
        }
    }

    /** Loads a tokenizer of the model of this name. */
    static TextTokenizer loadTokenizer(String name, Path file) {
        try (InputStream json = Files.newInputStream(file)) {
            return TextTokenizer.load(json);
        } catch (IOException e) {
            throw new UnusableModelException(name, "cannot read " + file, e);
        } catch (RuntimeException e) {
            // The only type that the native code throws.
            throw new UnusableModelException(name, file + " is not a tokenizer", e);
        }
    }

    /** The first inference is slow, and a model that cannot read that many tokens fails here. */
    private int tryOut(int tokens) {
        if (tokens <= tokenizer.special()) {
            throw unusable(
                    "tokens-max is %,d, must be more than the %,d special tokens"
                            .formatted(tokens, tokenizer.special()),
                    null);
        }
        try {
            return Embedding.copyOf(encoder.vector(tokenizer.sample(tokens))).dimension();
        } catch (OrtException e) {
            throw unusable("it fails on %,d tokens, lower tokens-max".formatted(tokens), e);
        } catch (ServiceException e) {
            throw unusable("it returns no usable vector", e);
        }
    }

    private UnusableModelException unusable(String reason, @Nullable Exception cause) {
        return new UnusableModelException(name(), reason, cause);
    }

    @Override
    public String name() {
        return description.name();
    }

    @Override
    public String identity() {
        return description.identity();
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int tokensMax() {
        return description.tokensMax();
    }

    @Override
    public int textTokensMax() {
        return (tokensMax() - tokenizer.special()) * windowsMax + tokenizer.special();
    }

    @Override
    public String runtime() {
        return description.runtime();
    }

    @Override
    public Tokens tokenize(String text) {
        return tokenizer.tokenize(text);
    }

    @Override
    public List<Embedded> embed(List<String> texts) {
        List<Input> inputs =
                texts.stream().map(text -> tokenizer.input(text, tokensMax(), windowsMax)).toList();
        List<long[]> windows = inputs.stream().flatMap(input -> input.windows().stream()).toList();
        var embeddings = new AtomicReferenceArray<Embedding>(windows.size());
        // Longest first: a long text that starts last would keep a single thread busy.
        List<Integer> order =
                IntStream.range(0, windows.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> -windows.get(i).length))
                        .toList();
        workers.forEach(order, i -> embeddings.set(i, embed(windows.get(i))));
        List<Embedded> embedded = new ArrayList<>();
        int next = 0;
        for (Input input : inputs) {
            int end = next + input.windows().size();
            List<Embedding> ofText = IntStream.range(next, end).mapToObj(embeddings::get).toList();
            embedded.add(
                    new Embedded(
                            whole(ofText, input.windows()),
                            input.tokens(),
                            input.tokens() > textTokensMax()));
            next = end;
        }
        return List.copyOf(embedded);
    }

    private Embedding embed(long[] window) {
        try {
            return Embedding.copyOf(encoder.vector(window));
        } catch (OrtException e) {
            throw failed(e);
        } catch (ServiceException e) {
            // Not the request's fault, as it would be if the caller had sent the vector.
            throw failed(e);
        }
    }

    private ServiceException failed(Exception cause) {
        return ServiceException.unavailable(
                "model_failed", "embedding model " + name() + " failed", cause);
    }

    /** The embedding of a text from those of its windows, as described above. */
    private Embedding whole(List<Embedding> embeddings, List<long[]> windows) {
        Embedding first = embeddings.getFirst();
        if (embeddings.size() == 1) {
            return first;
        }
        double[] sum = new double[dimension];
        double lengths = 0;
        double tokens = 0;
        for (int i = 0; i < embeddings.size(); i++) {
            int count = windows.get(i).length - tokenizer.special();
            lengths += count * addDirection(sum, embeddings.get(i), count);
            tokens += count;
        }
        addDirection(sum, first, Directions.length(sum));
        double length = encoder.isNormalized() ? 1 : lengths / tokens;
        return Embedding.copyOf(Directions.divided(sum, Directions.length(sum) / length));
    }

    /** Adds the direction of an embedding, times a weight, and returns the embedding's length. */
    private double addDirection(double[] sum, Embedding embedding, double times) {
        float[] components = embedding.toArray();
        double length = encoder.isNormalized() ? 1 : embedding.norm();
        for (int i = 0; i < dimension; i++) {
            sum[i] += components[i] * (length == 1 ? times : times / length);
        }
        return length;
    }

    /** Lets running inferences finish, then frees the native memory. */
    @Override
    public void close() {
        workers.close();
        tokenizer.close();
        try {
            encoder.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot close embedding model " + name(), e);
        }
    }
}

package dev.tributary.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.tributary.embedding.WordPieceTokenizer.Input;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Embedding;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * all-MiniLM-L6-v2 in this process, on ONNX Runtime. Mean of the token vectors, then scaled to
 * length 1, as sentence-transformers does it. Thread-safe.
 *
 * <p>A text that is longer than the model reads is embedded in windows: consecutive parts, each
 * embedded like a text of its own. The embedding of the whole is the direction of <i>first +
 * mean</i>, with <i>first</i> the embedding of the first window and <i>mean</i> the direction of
 * the sum of all, each times its tokens. The beginning counts more, as what a text is about is
 * mostly said there.
 *
 * <p>One text, or window, an inference, on purpose. The int8 model quantizes its activations by the
 * range they have in the whole batch, so in a batch of 8 the vector of a text drifts from the one
 * it has alone, even among texts of equal length: by 0.005 on average and up to 0.026 (1 - cosine),
 * and no vector stays the same bit for bit. And little is won. Tokens/s in batches of 1, 4, 8 and
 * 16, on 2 cores:
 *
 * <pre>
 * int8, passages of 115 tokens, 1 thread     13,000  13,800  12,700  11,600
 * int8, passages of 115 tokens, 2 threads    26,800  29,400  27,800  25,400
 * int8, queries of 13 tokens, 1 thread       12,900  13,700  14,500  16,100
 * int8, queries of 13 tokens, 2 threads      26,400  29,300  29,300  29,800
 * float32, passages, 2 threads               10,900  12,500  12,400
 * </pre>
 *
 * <p>So the threads are filled with texts instead, longest first, one ONNX thread each. The cosine
 * between int8 and float32 is 0.992 on average and 0.98 at worst, over 960 texts.
 */
final class OnnxEmbeddingModel implements EmbeddingModel, AutoCloseable {
    private static final int DIMENSION = 384;
    private static final int TOKENS_MAX = 256;

    /**
     * Most windows of one text: some 3,000 English words. Bounds the work for a text of 1 MB to
     * that for 16 texts; and the more windows, the less the mean knows of each.
     */
    private static final int WINDOWS_MAX = 16;

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

    private final Precision precision;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final WordPieceTokenizer tokenizer;
    private final OrtSession session;
    private final FairWorkers workers;

    /**
     * Loads the model, in less than a second, and runs it once: the first inference takes 30 ms.
     *
     * @param concurrency inferences at once, each on one thread
     * @param queueMax a call is refused while so many texts of other calls wait
     */
    OnnxEmbeddingModel(Precision precision, int concurrency, int queueMax) {
        this.precision = precision;
        try {
            tokenizer = loadTokenizer(precision.resource + "-tokenizer.json");
            session = loadSession(precision.resource + ".onnx");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the embedding model", e);
        } catch (OrtException e) {
            throw new IllegalStateException("cannot load the embedding model", e);
        }
        workers = new FairWorkers("embedding model", concurrency, queueMax);
        embed(name());
    }

    private static WordPieceTokenizer loadTokenizer(String resource) throws IOException {
        try (InputStream json = open(resource)) {
            return WordPieceTokenizer.load(json);
        }
    }

    private OrtSession loadSession(String resource) throws IOException, OrtException {
        try (var options = new SessionOptions();
                InputStream model = open(resource)) {
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // A file path would spare the array, but a resource has none.
            return environment.createSession(model.readAllBytes(), options);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream stream = OnnxEmbeddingModel.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new FileNotFoundException(resource + " is not on the class path");
        }
        return stream;
    }

    @Override
    public String name() {
        return "all-minilm-l6-v2";
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    @Override
    public int tokensMax() {
        return TOKENS_MAX;
    }

    @Override
    public int textTokensMax() {
        return (TOKENS_MAX - WordPieceTokenizer.SPECIAL) * WINDOWS_MAX + WordPieceTokenizer.SPECIAL;
    }

    @Override
    public String runtime() {
        return "in process (onnx, " + precision.name().toLowerCase(Locale.ROOT) + ")";
    }

    @Override
    public Tokens tokenize(String text) {
        return tokenizer.tokenize(text);
    }

    @Override
    public List<Embedded> embed(List<String> texts) {
        List<Input> inputs =
                texts.stream().map(text -> tokenizer.input(text, TOKENS_MAX, WINDOWS_MAX)).toList();
        List<long[]> windows = inputs.stream().flatMap(input -> input.windows().stream()).toList();
        var embeddings = new AtomicReferenceArray<Embedding>(windows.size());
        // Longest first: a long one that starts last would keep one thread busy alone.
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
        long[] shape = {1, window.length};
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(window), shape);
                OnnxTensor mask =
                        OnnxTensor.createTensor(environment, filled(window.length, 1), shape);
                OnnxTensor types =
                        OnnxTensor.createTensor(environment, filled(window.length, 0), shape);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids", ids,
                                        "attention_mask", mask,
                                        "token_type_ids", types))) {
            return direction(((OnnxTensor) result.get(0)).getFloatBuffer());
        } catch (OrtException e) {
            throw ServiceException.unavailable("model_failed", "the embedding model failed", e);
        }
    }

    /** The embedding of a text from those of its windows; the class says how. */
    private static Embedding whole(List<Embedding> embeddings, List<long[]> windows) {
        Embedding first = embeddings.getFirst();
        if (embeddings.size() == 1) {
            return first;
        }
        double[] sum = new double[DIMENSION];
        for (int i = 0; i < embeddings.size(); i++) {
            add(sum, embeddings.get(i), windows.get(i).length - WordPieceTokenizer.SPECIAL);
        }
        add(sum, first, length(sum));
        return direction(sum);
    }

    private static void add(double[] sum, Embedding embedding, double times) {
        float[] components = embedding.toArray();
        for (int i = 0; i < DIMENSION; i++) {
            sum[i] += components[i] * times;
        }
    }

    private static LongBuffer filled(int count, long value) {
        LongBuffer buffer =
                ByteBuffer.allocateDirect(count * Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asLongBuffer();
        for (int i = 0; i < count; i++) {
            buffer.put(i, value);
        }
        return buffer;
    }

    /**
     * The mean of the token vectors, scaled to length 1. Without padding every token counts, so the
     * scaling makes the sum as good as the mean.
     *
     * @param states float[tokens][dimension], row by row
     */
    private static Embedding direction(FloatBuffer states) {
        double[] sum = new double[DIMENSION];
        float[] row = new float[DIMENSION];
        while (states.hasRemaining()) {
            states.get(row);
            for (int i = 0; i < DIMENSION; i++) {
                sum[i] += row[i];
            }
        }
        return direction(sum);
    }

    private static Embedding direction(double[] sum) {
        double length = length(sum);
        float[] components = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            components[i] = (float) (sum[i] / length);
        }
        return Embedding.copyOf(components);
    }

    private static double length(double[] vector) {
        double squares = 0;
        for (double component : vector) {
            squares += component * component;
        }
        return Math.sqrt(squares);
    }

    /** Lets running inferences end, then frees the native memory. */
    @Override
    public void close() {
        workers.close();
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot close the embedding model", e);
        }
    }
}

package dev.tributary.embedding;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.tributary.embedding.EmbeddingServer.Patience;
import dev.tributary.embedding.EmbeddingServer.Target;
import dev.tributary.embedding.ModelSettings.Encoding;
import dev.tributary.failure.ServiceException;
import dev.tributary.inference.Breaker;
import dev.tributary.inference.FairWorkers;
import dev.tributary.vector.Embedding;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An embedding model on a server with OpenAI's {@code POST /v1/embeddings}. Thread-safe.
 *
 * <p>Texts are sent in batches, limited by count and by tokens, several batches at once. A text
 * that is longer than the model can read is cut. It is up to the server that a text gets the same
 * embedding whatever else is in its batch.
 */
final class HttpEmbeddingModel implements EmbeddingModel {
    private static final int TOKENS_MAX_DEFAULT = 8_191;
    private static final int BATCH_COUNT_MAX_DEFAULT = 64;
    private static final int BATCH_TOKENS_MAX_DEFAULT = 8_192;
    private static final int CALLS_MAX_DEFAULT = 4;
    private static final int ATTEMPTS_MAX_DEFAULT = 3;
    private static final Duration CONNECT_TIMEOUT_DEFAULT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(30);
    private static final Duration WAIT_MAX_DEFAULT = Duration.ofMinutes(1);
    private static final Duration BACKOFF = Duration.ofMillis(200);

    /** A caller that only needs the dimension does not wait for all attempts. */
    private static final Duration DIMENSION_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final EmbeddingServer server;
    private final String originalName;
    private final String identity;
    private final Limits limits;
    private final @Nullable TextTokenizer tokenizer;
    private final FairWorkers workers;
    private final AtomicInteger dimension; // 0 until it is known

    /**
     * The limits of one text and of one call.
     *
     * @param tokensMax most tokens of a text, including special tokens
     */
    private record Limits(int tokensMax, int batchCountMax, int batchTokensMax) {}

    /** A text as it is sent. */
    private record Reading(String text, int tokens, boolean truncated) {}

    /** The positions of the texts that are sent in one call. */
    private record Batch(int from, int to) {}

    /**
     * Makes no call yet: the service starts even if the model is unavailable.
     *
     * @param settings settings of a model with a URL
     * @param queueMax a call is refused while this many batches of other calls wait
     * @throws UnusableModelException if the tokenizer cannot be loaded
     */
    HttpEmbeddingModel(
            String name, ModelSettings settings, int queueMax, Breaker breaker, Clock clock) {
        this.name = name;
        var protocol =
                new EmbeddingProtocol(
                        requireNonNullElse(settings.model(), name),
                        settings.dimensions(),
                        requireNonNullElse(settings.encoding(), Encoding.BASE64));
        originalName = protocol.model();
        URI url = endpoint(requireNonNull(settings.url()));
        var target = new Target(url, protocol, settings.apiKey());
        limits =
                new Limits(
                        requireNonNullElse(settings.tokensMax(), TOKENS_MAX_DEFAULT),
                        requireNonNullElse(settings.batchCountMax(), BATCH_COUNT_MAX_DEFAULT),
                        requireNonNullElse(settings.batchTokensMax(), BATCH_TOKENS_MAX_DEFAULT));
        identity =
                "http:%s|%s|%s|%s|%d"
                        .formatted(
                                url,
                                protocol.model(),
                                settings.dimensions(),
                                settings.tokenizer(),
                                limits.tokensMax());
        tokenizer =
                settings.tokenizer() == null
                        ? null
                        : OnnxEmbeddingModel.loadTokenizer(name, Path.of(settings.tokenizer()));
        Integer known = settings.dimensions();
        dimension =
                new AtomicInteger(
                        requireNonNullElse(settings.dimension(), known == null ? 0 : known));
        server = new EmbeddingServer(name, target, patience(settings), breaker, clock);
        int callsMax = requireNonNullElse(settings.callsMax(), CALLS_MAX_DEFAULT);
        workers = new FairWorkers("embedding model " + name, callsMax, queueMax);
    }

    private static Patience patience(ModelSettings settings) {
        return new Patience(
                requireNonNullElse(settings.connectTimeout(), CONNECT_TIMEOUT_DEFAULT),
                requireNonNullElse(settings.timeout(), TIMEOUT_DEFAULT),
                requireNonNullElse(settings.attemptsMax(), ATTEMPTS_MAX_DEFAULT),
                BACKOFF,
                requireNonNullElse(settings.waitMax(), WAIT_MAX_DEFAULT));
    }

    private static URI endpoint(URI url) {
        String base = url.toString().replaceFirst("/+$", "");
        return URI.create(base.endsWith("/embeddings") ? base : base + "/embeddings");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String originalName() {
        return originalName;
    }

    @Override
    public String identity() {
        return identity;
    }

    /** Asks the server once, unless the dimension is configured or known from an answer. */
    @Override
    public int dimension() {
        return dimension.get() == 0 ? askedDimension() : dimension.get();
    }

    @Override
    public @Nullable Integer knownDimension() {
        int known = dimension.get();
        return known == 0 ? null : known;
    }

    private int askedDimension() {
        var answer = new AtomicReference<@Nullable Embedding>();
        try {
            workers.forEach(
                    List.of(name),
                    text -> answer.set(send(List.of(text)).getFirst()),
                    DIMENSION_TIMEOUT);
        } catch (ServiceException e) {
            throw e.withHint(whereToSay());
        }
        Embedding embedding = answer.get();
        if (embedding == null) {
            throw ServiceException.unavailable(
                            "model_timeout",
                            "embedding model %s did not report its dimension within %,d ms"
                                    .formatted(name, DIMENSION_TIMEOUT.toMillis()))
                    .withHint(whereToSay());
        }
        return embedding.dimension();
    }

    private String whereToSay() {
        return "send it again when the model's server answers, or give dimension, or set"
                + " tributary.embedding.models."
                + name
                + ".dimension";
    }

    @Override
    public int tokensMax() {
        return limits.tokensMax();
    }

    @Override
    public String runtime() {
        return "on a server ("
                + server.url().getScheme()
                + "://"
                + server.url().getAuthority()
                + ")";
    }

    @Override
    public @Nullable String failure() {
        return server.failure();
    }

    @Override
    public Tokens tokenize(String text) {
        return tokenizer == null ? EstimatedTokens.of(text) : tokenizer.tokenize(text);
    }

    @Override
    public List<Embedded> embed(List<String> texts) {
        List<Reading> readings = texts.stream().map(this::read).toList();
        var embeddings = new AtomicReferenceArray<Embedding>(readings.size());
        workers.forEach(
                batches(readings),
                batch -> {
                    List<Reading> sent = readings.subList(batch.from(), batch.to());
                    List<Embedding> answer = send(sent.stream().map(Reading::text).toList());
                    for (int i = 0; i < answer.size(); i++) {
                        embeddings.set(batch.from() + i, answer.get(i));
                    }
                });
        return IntStream.range(0, readings.size())
                .mapToObj(i ->
                        new Embedded(
                                embeddings.get(i),
                                readings.get(i).tokens(),
                                readings.get(i).truncated()))
                .toList();
    }

    private Reading read(String text) {
        Tokens tokens = tokenize(text);
        int count = tokens.count() + tokens.special();
        boolean isTruncated = count > limits.tokensMax();
        return new Reading(isTruncated ? cut(text, tokens) : text, count, isTruncated);
    }

    /** A cut word may have more tokens than before, so the rest is measured again. */
    private String cut(String text, Tokens tokens) {
        String left = text;
        Tokens ofLeft = tokens;
        int room = limits.tokensMax() - tokens.special();
        for (int keep = room; ofLeft.count() > room && keep > 0; keep--) {
            left = left.substring(0, ofLeft.start(Math.min(keep, ofLeft.count() - 1)));
            ofLeft = tokenize(left);
        }
        return left;
    }

    private List<Batch> batches(List<Reading> readings) {
        List<Batch> batches = new ArrayList<>();
        int from = 0;
        long tokens = 0;
        for (int i = 0; i < readings.size(); i++) {
            int more = Math.min(readings.get(i).tokens(), limits.tokensMax());
            boolean isFull =
                    i - from >= limits.batchCountMax() || tokens + more > limits.batchTokensMax();
            if (isFull && i > from) {
                batches.add(new Batch(from, i));
                from = i;
                tokens = 0;
            }
            tokens += more;
        }
        if (from < readings.size()) {
            batches.add(new Batch(from, readings.size()));
        }
        return batches;
    }

    /** The first answer determines the dimension; every other answer must have the same. */
    private List<Embedding> send(List<String> texts) {
        List<Embedding> embeddings = server.embed(texts, dimension.get());
        int answered = embeddings.getFirst().dimension();
        if (!dimension.compareAndSet(0, answered) && dimension.get() != answered) {
            throw ServiceException.unavailable(
                            "model_answer",
                            "embedding model %s answered with embeddings of %,d components, must have %,d"
                                    .formatted(name, answered, dimension.get()))
                    .withHint(
                            "nothing was stored; is it still the same model? check"
                                    + " tributary.embedding.models."
                                    + name);
        }
        return embeddings;
    }

    /** Cancels running calls. */
    @Override
    public void close() {
        server.close();
        workers.close();
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}

package dev.tributary.embedding;

import dev.tributary.failure.ServiceException;
import dev.tributary.inference.AnswerItems.UnreadableAnswerException;
import dev.tributary.inference.Breaker;
import dev.tributary.inference.ModelCalls;
import dev.tributary.vector.Embedding;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the server of an embedding model. Thread-safe; a call blocks its thread.
 *
 * <p>A call is repeated if the connection broke or the server had an internal error, after a pause
 * that doubles each time. A call that the server defers (429 or 503 with {@code Retry-After}) does
 * not count as an attempt: it is repeated when the server says, as long as the total of the pauses
 * stays within its limit. A call that timed out is not repeated, as that would make a slow server
 * slower. If a server keeps failing, calls to it are suspended for a while. Of what a server
 * answers, only the status is passed on.
 */
final class EmbeddingServer implements AutoCloseable {
    /** Bytes that an answer may have beside the embeddings. */
    private static final long ANSWER_BYTES_MIN = 1 << 20;

    /** Bytes of the longest float in JSON, with its separators. */
    private static final long BYTES_PER_COMPONENT = 32;

    private static final long ANSWER_BYTES_MAX = 256 << 20;

    /** Failures that do not count towards suspending calls to the server. */
    private static final Set<String> HARMLESS =
            Set.of("model_refused", "model_closed", "interrupted");

    private final String name;
    private final Target target;
    private final Patience patience;
    private final Clock clock;
    private final ModelCalls calls;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable String lastFailure;

    /**
     * Where to call, and in which protocol.
     *
     * @param apiKey sent as a bearer token, if there is one
     */
    record Target(URI url, EmbeddingProtocol protocol, @Nullable String apiKey) {
        /** Omits the key. */
        @Override
        public String toString() {
            return "Target[url=%s, protocol=%s]".formatted(url, protocol);
        }
    }

    /**
     * Timeouts and retries of a call.
     *
     * @param timeout timeout of one attempt
     * @param attemptsMax how often a call is tried
     * @param backoff first pause before a call is repeated; each pause is up to twice the previous
     *     one
     * @param waitMax limit of the total of the pauses of one call
     */
    record Patience(
            Duration connectTimeout,
            Duration timeout,
            int attemptsMax,
            Duration backoff,
            Duration waitMax) {}

    /** A failed call that may be repeated, after a pause if the server asks for one. */
    private static final class RepeatableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient ServiceException failure;
        private final @Nullable Duration after;

        RepeatableException(ServiceException failure, @Nullable Duration after) {
            super(failure);
            this.failure = failure;
            this.after = after;
        }
    }

    /**
     * Makes no call yet.
     *
     * @param clock measures how long calls have been suspended
     */
    EmbeddingServer(String name, Target target, Patience patience, Breaker breaker, Clock clock) {
        this.name = name;
        this.target = target;
        this.patience = patience;
        this.clock = clock;
        calls =
                new ModelCalls(
                        "embedding model " + name,
                        patience.connectTimeout(),
                        breaker,
                        EmbeddingServer::isHarmless,
                        clock);
    }

    private static boolean isHarmless(Throwable failure) {
        return (failure instanceof RepeatableException put && put.after != null)
                || (failure instanceof ServiceException s && HARMLESS.contains(s.code()));
    }

    /** The URL of the server. */
    URI url() {
        return target.url();
    }

    /** Why calls fail now, in words; null if the last one succeeded. */
    @Nullable String failure() {
        return calls.isLeftAlone() ? ModelCalls.PAUSED : lastFailure;
    }

    /**
     * Embeds texts in one call, repeated as described above.
     *
     * @param dimension dimension of the embeddings, 0 if not known; bounds the size of the answer
     * @return one embedding for each text, in order, all with the same dimension
     * @throws ServiceException {@code UNAVAILABLE} if the server is unavailable or busy, refuses
     *     the call, or sends an invalid answer
     */
    List<Embedding> embed(List<String> texts, int dimension) {
        byte[] body = target.protocol().request(texts);
        int components = texts.size() * (dimension == 0 ? Embedding.DIMENSION_MAX : dimension);
        long bytesMax =
                Math.min(ANSWER_BYTES_MAX, ANSWER_BYTES_MIN + BYTES_PER_COMPONENT * components);
        Duration waited = Duration.ZERO;
        int attempts = 0;
        for (int pauses = 0; ; pauses++) {
            try {
                List<Embedding> embeddings =
                        calls.guarded(
                                "model_unavailable",
                                () -> embeddings(body, bytesMax, texts.size()));
                lastFailure = null;
                return embeddings;
            } catch (RepeatableException e) {
                attempts += e.after == null ? 1 : 0;
                Duration pause = pause(pauses, e.after);
                waited = waited.plus(pause);
                if (attempts >= patience.attemptsMax()
                        || waited.compareTo(patience.waitMax()) > 0) {
                    throw e.failure;
                }
                sleep(pause);
            }
        }
    }

    /** Half of the pause is random, so that callers that failed together do not retry together. */
    private Duration pause(int pauses, @Nullable Duration after) {
        long nanos = patience.backoff().toNanos() << Math.min(pauses, 8);
        Duration own =
                Duration.ofNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
        return after == null || after.compareTo(own) < 0 ? own : after;
    }

    private void sleep(Duration pause) {
        try {
            if (closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                throw ServiceException.unavailable("model_closed", told("is shutting down"));
            }
        } catch (InterruptedException e) {
            throw calls.interrupted(e);
        }
    }

    private List<Embedding> embeddings(byte[] body, long bytesMax, int count) {
        HttpResponse<byte[]> response = send(body, bytesMax);
        int status = response.statusCode();
        if (status < 200 || status >= 300) {
            throw failure(response);
        }
        try {
            return EmbeddingProtocol.embeddings(response.body(), count);
        } catch (UnreadableAnswerException e) {
            // Without the cause, which may quote the server's answer.
            throw noted(
                    ServiceException.unavailable(
                                    "model_answer", told("answered with " + e.getMessage()))
                            .withHint("nothing was stored; check the server"));
        }
    }

    private RuntimeException failure(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == 429 || status == 503) {
            Duration after = RetryAfter.of(response, clock);
            String asks = after == null ? "" : " and asks to wait " + after.toMillis() + " ms";
            return new RepeatableException(
                    noted(
                            ServiceException.unavailable(
                                    "model_busy", told("answered " + status + asks))),
                    after);
        }
        if (status == 408 || status >= 500) {
            return new RepeatableException(away("answered " + status, null), null);
        }
        return noted(
                ServiceException.unavailable("model_refused", told("answered " + status))
                        .withHint(
                                "check url, model, api-key and tokens-max of tributary.embedding.models."
                                        + name));
    }

    private HttpResponse<byte[]> send(byte[] body, long bytesMax) {
        try {
            return calls.post(target.url(), target.apiKey(), body, bytesMax, patience.timeout());
        } catch (TimeoutException e) {
            String what = "did not answer within %,d ms".formatted(patience.timeout().toMillis());
            throw noted(ServiceException.unavailable("model_timeout", told(what), e));
        } catch (IOException e) {
            throw new RepeatableException(
                    away("cannot be reached, or did not send a whole answer", e), null);
        }
    }

    private ServiceException away(String what, @Nullable Exception cause) {
        return noted(ServiceException.unavailable("model_unavailable", told(what), cause));
    }

    private String told(String what) {
        return "embedding model " + name + " " + what;
    }

    private ServiceException noted(ServiceException failure) {
        lastFailure = failure.getMessage();
        return failure;
    }

    /** Cancels running calls, and calls that wait to be repeated. */
    @Override
    public void close() {
        closed.countDown();
        calls.close();
    }
}

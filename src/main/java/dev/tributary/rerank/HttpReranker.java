package dev.tributary.rerank;

import dev.tributary.failure.ServiceException;
import dev.tributary.inference.AnswerItems.UnreadableAnswerException;
import dev.tributary.inference.Breaker;
import dev.tributary.inference.ModelCalls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A reranker behind a URL. Thread-safe.
 *
 * <p>Documents are sent in batches, one after the other, each repeated once if the connection broke
 * or the server had an internal error. If a server keeps failing, calls to it are suspended for a
 * while.
 */
final class HttpReranker implements Reranker, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final int ATTEMPTS_MAX = 2;

    /** How much of an error response is read, in bytes, and shown, in characters. */
    private static final int SAID_BYTES_MAX = 4_096;

    private static final int SAID_CHARACTERS_MAX = 200;

    /** Bytes that an answer may have beside the documents, which some servers send back. */
    private static final long ANSWER_BYTES_MIN = 1 << 20;

    /** A character of one byte may come back as an escape of six bytes. */
    private static final long ANSWER_BYTES_PER_BYTE = 6;

    /** Failures that do not count towards suspending calls to the server. */
    private static final Set<String> HARMLESS =
            Set.of("reranker_refused", "reranker_busy", "interrupted");

    private final String name;
    private final Server server;
    private final Semaphore free;
    private final ModelCalls calls;

    /**
     * Where to call, and how.
     *
     * @param model name of the model on the server
     * @param apiKey key that is sent as a bearer token, if there is one
     * @param batchMax most documents of one call
     */
    record Server(
            RerankProtocol protocol, URI url, String model, @Nullable String apiKey, int batchMax) {
        /** Omits the key. */
        @Override
        public String toString() {
            return "Server[protocol=%s, url=%s, model=%s, batchMax=%s]"
                    .formatted(protocol, url, model, batchMax);
        }
    }

    /**
     * Makes no call yet.
     *
     * @param callsMax most concurrent calls; further calls wait, until their timeout
     * @param clock measures how long calls have been suspended
     */
    HttpReranker(String name, Server server, int callsMax, Breaker breaker, Clock clock) {
        this.name = name;
        this.server = server;
        free = new Semaphore(callsMax, true);
        calls =
                new ModelCalls(
                        "reranker " + name,
                        CONNECT_TIMEOUT,
                        breaker,
                        e -> e instanceof ServiceException s && HARMLESS.contains(s.code()),
                        clock);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double[] score(String query, List<String> documents, Duration timeout) {
        var deadline = Deadline.in(timeout);
        double[] scores = new double[documents.size()];
        for (int from = 0; from < scores.length; from += server.batchMax()) {
            int to = Math.min(scores.length, from + server.batchMax());
            List<String> some = documents.subList(from, to);
            double[] batch =
                    calls.guarded("reranker_unavailable", () -> inTurn(query, some, deadline));
            System.arraycopy(batch, 0, scores, from, batch.length);
        }
        return scores;
    }

    private double[] inTurn(String query, List<String> batch, Deadline deadline) {
        try {
            if (!free.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
                throw ServiceException.unavailable(
                        "reranker_busy", "reranker " + name + " is busy with other calls");
            }
        } catch (InterruptedException e) {
            throw calls.interrupted(e);
        }
        try {
            byte[] body = server.protocol().request(server.model(), query, batch);
            return scores(send(body, deadline), batch.size());
        } finally {
            free.release();
        }
    }

    private double[] scores(HttpResponse<byte[]> response, int count) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            try {
                return server.protocol().scores(response.body(), count);
            } catch (UnreadableAnswerException e) {
                throw away("answered with " + e.getMessage(), e);
            }
        }
        String answered = "answered %d%s: %s".formatted(status, pause(response), said(response));
        if (status == 408 || status == 429 || status >= 500) {
            throw away(answered, null);
        }
        throw ServiceException.unavailable("reranker_refused", "reranker " + name + " " + answered)
                .withHint("check url, model and api-key of tributary.rerank.models." + name);
    }

    private HttpResponse<byte[]> send(byte[] body, Deadline deadline) {
        for (int attempt = 1; ; attempt++) {
            boolean isLast = attempt == ATTEMPTS_MAX;
            try {
                HttpResponse<byte[]> response = sendOnce(body, deadline);
                if (isLast || !isWorthRepeating(response)) {
                    return response;
                }
            } catch (ConnectException | HttpConnectTimeoutException e) {
                throw away("does not accept connections", e);
            } catch (IOException e) {
                if (isLast) {
                    throw away("did not send a whole answer", e);
                }
            }
        }
    }

    private HttpResponse<byte[]> sendOnce(byte[] body, Deadline deadline) throws IOException {
        if (deadline.isOver()) {
            throw slow(null);
        }
        long bytesMax = ANSWER_BYTES_MIN + ANSWER_BYTES_PER_BYTE * body.length;
        try {
            return calls.post(server.url(), server.apiKey(), body, bytesMax, deadline.left());
        } catch (TimeoutException e) {
            throw slow(e);
        }
    }

    /** A server that says when to retry is not called again at once. */
    private static boolean isWorthRepeating(HttpResponse<byte[]> response) {
        return switch (response.statusCode()) {
            case 500, 502, 503, 504 -> pause(response).isEmpty();
            default -> false;
        };
    }

    private static String pause(HttpResponse<byte[]> response) {
        return response.headers()
                .firstValue("Retry-After")
                .map(after -> " and asks to wait (Retry-After: " + shown(after) + ")")
                .orElse("");
    }

    /** The beginning of the server's response, without the key that it may have repeated. */
    private String said(HttpResponse<byte[]> response) {
        byte[] body = response.body();
        int length = Math.min(body.length, SAID_BYTES_MAX);
        String said = new String(body, 0, length, StandardCharsets.UTF_8);
        return shown(server.apiKey() == null ? said : said.replace(server.apiKey(), "…"));
    }

    private static String shown(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= SAID_CHARACTERS_MAX
                ? line
                : line.substring(0, SAID_CHARACTERS_MAX) + "…";
    }

    private ServiceException away(String what, @Nullable Exception cause) {
        return ServiceException.unavailable(
                "reranker_unavailable", "reranker " + name + " " + what, cause);
    }

    private ServiceException slow(@Nullable Exception cause) {
        return ServiceException.unavailable(
                "reranker_timeout", "reranker " + name + " did not answer in time", cause);
    }

    /** Cancels running calls. */
    @Override
    public void close() {
        calls.close();
    }
}

package dev.tributary.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server on this machine with OpenAI's embeddings call, which misbehaves as told. The embedding
 * of a text is its length, its words and 1; the answer has the last text first.
 */
public final class ModelServer implements AutoCloseable {
    /** What came in. */
    public record Call(String path, JsonNode body, String authorization) {
        /** To be embedded. */
        public List<String> texts() {
            return body.path("input").valueStream().map(JsonNode::asString).toList();
        }
    }

    /** Answers a call. */
    public interface Behaviour {
        void answer(HttpExchange exchange, JsonNode body) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Behaviour behaviour = ModelServer::right;

    /** Starts it on a free port; it answers as it should. */
    public ModelServer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        calls.add(
                new Call(exchange.getRequestURI().getPath(), body, String.valueOf(authorization)));
        behaviour.answer(exchange, body);
    }

    /** Of the API, for the settings of a model. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /** The calls so far. */
    public List<Call> calls() {
        return calls;
    }

    /** Answers in this way from now on. */
    public ModelServer behave(Behaviour other) {
        behaviour = other;
        return this;
    }

    /** Answers every call with this. */
    public ModelServer say(int status, String body) {
        return behave((exchange, _) -> send(exchange, status, body));
    }

    /** Puts off so many calls with this status and {@code Retry-After}; then answers. */
    ModelServer putOff(int times, int status, String retryAfter) {
        return behave((exchange, body) -> {
            if (calls.size() > times) {
                right(exchange, body);
                return;
            }
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            send(exchange, status, "later");
        });
    }

    /** Fails so many calls with this status; then answers. */
    ModelServer fail(int times, int status) {
        return behave((exchange, body) -> {
            if (calls.size() > times) {
                right(exchange, body);
            } else {
                send(exchange, status, "server's own words");
            }
        });
    }

    /** Answers nothing, until the server is closed. */
    ModelServer sayNothing() {
        return behave((exchange, _) -> {
            awaitEnd();
            exchange.close();
        });
    }

    /** Begins an answer that does not end, until the server is closed. */
    ModelServer beginAndStop() {
        return behave((exchange, _) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitEnd();
            exchange.close();
        });
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers as it should, in the encoding asked for. */
    public static void right(HttpExchange exchange, JsonNode body) throws IOException {
        boolean isBase64 = body.path("encoding_format").asString().equals("base64");
        send(exchange, 200, answer(body, isBase64));
    }

    static String answer(JsonNode body, boolean isBase64) {
        JsonNode texts = body.path("input");
        return IntStream.iterate(texts.size() - 1, i -> i >= 0, i -> i - 1)
                .mapToObj(i ->
                        "{\"object\": \"embedding\", \"index\": %d, \"embedding\": %s}"
                                .formatted(i, embedding(texts.get(i).asString(), isBase64)))
                .collect(Collectors.joining(", ", "{\"data\": [", "]}"));
    }

    private static String embedding(String text, boolean isBase64) {
        float[] components = {text.length(), text.split(" ", -1).length, 1};
        if (!isBase64) {
            return "[%s, %s, %s]".formatted(components[0], components[1], components[2]);
        }
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(components);
        return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}

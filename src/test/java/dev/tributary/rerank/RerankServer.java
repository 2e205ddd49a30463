package dev.tributary.rerank;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
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
 * A server on this machine that answers rerank calls in either protocol, and misbehaves as told.
 * The score of a document is its length over 1,000; results come last document first.
 */
final class RerankServer implements AutoCloseable {
    /** What came in. */
    record Call(JsonNode body, String authorization) {}

    /** Answers a call. */
    interface Behaviour {
        void answer(HttpExchange exchange, JsonNode body) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Behaviour behaviour = RerankServer::right;

    RerankServer() {
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
        calls.add(new Call(body, String.valueOf(authorization)));
        behaviour.answer(exchange, body);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/rerank");
    }

    /** The calls so far. */
    List<Call> calls() {
        return calls;
    }

    RerankServer behave(Behaviour other) {
        behaviour = other;
        return this;
    }

    /** Answers every call with this. */
    RerankServer say(int status, String body) {
        return behave((exchange, _) -> send(exchange, status, body));
    }

    /** Answers nothing, until the server is closed. */
    RerankServer sayNothing() {
        return behave((exchange, _) -> {
            awaitEnd();
            exchange.close();
        });
    }

    /** Begins an answer that does not end, until the server is closed. */
    RerankServer beginAndStop() {
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

    /** Answers as it should. */
    static void right(HttpExchange exchange, JsonNode body) throws IOException {
        boolean isTei = body.has("texts");
        JsonNode documents = isTei ? body.path("texts") : body.path("documents");
        String field = isTei ? "score" : "relevance_score";
        String results =
                IntStream.iterate(documents.size() - 1, i -> i >= 0, i -> i - 1)
                        .mapToObj(i ->
                                "{\"index\": %d, \"%s\": %s}"
                                        .formatted(
                                                i,
                                                field,
                                                documents.get(i).asString().length() / 1000.0))
                        .collect(Collectors.joining(", ", "[", "]"));
        send(exchange, 200, isTei ? results : "{\"id\": \"1\", \"results\": " + results + "}");
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

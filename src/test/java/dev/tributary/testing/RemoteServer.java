package dev.tributary.testing;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on this machine that stands for that of a model, and misbehaves as told. */
public abstract class RemoteServer implements AutoCloseable {
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
    private final String path;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Behaviour behaviour;

    /**
     * Starts it on a free port.
     *
     * @param path of its URL
     * @param right answers as it should
     */
    protected RemoteServer(String path, Behaviour right) {
        this.path = path;
        behaviour = right;
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

    /** For the settings of a model. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** The calls so far. */
    public List<Call> calls() {
        return calls;
    }

    /** Answers in this way from now on. */
    public void behave(Behaviour other) {
        behaviour = other;
    }

    /** Answers every call with this. */
    public void say(int status, String body) {
        behave((exchange, _) -> send(exchange, status, body));
    }

    /** Answers nothing, until the server is closed. */
    public void sayNothing() {
        behave((exchange, _) -> {
            awaitEnd();
            exchange.close();
        });
    }

    /** Begins an answer that does not end, until the server is closed. */
    public void beginAndStop() {
        behave((exchange, _) -> {
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

    /** Sends an answer. */
    public static void send(HttpExchange exchange, int status, String body) throws IOException {
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

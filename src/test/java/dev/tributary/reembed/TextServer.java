package dev.tributary.reembed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server on this machine with OpenAI's embeddings call and two models: {@code small} of 3
 * dimensions, {@code large} of 8. Embeddings are made of the text alone, each its own.
 */
final class TextServer implements AutoCloseable {
    static final int LARGE = 8;
    private static final int SMALL = 3;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> embedded = new CopyOnWriteArrayList<>();
    private volatile Gate gate = _ -> {};

    /** Is passed by each call of the model {@code large} before it is answered. */
    @FunctionalInterface
    interface Gate {
        void pass(List<String> texts) throws InterruptedException;
    }

    TextServer() {
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

    /** Settings of a service that has both models. */
    List<String> settings() {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
        return List.of(
                "tributary.embedding.models.small.url=" + url,
                "tributary.embedding.models.small.dimension=" + SMALL,
                "tributary.embedding.models.large.url=" + url,
                "tributary.embedding.models.large.dimension=" + LARGE,
                "tributary.embedding.models.large.timeout=60s");
    }

    void gate(Gate next) {
        gate = next;
    }

    /** The texts that the model {@code large} was given, as often as it was. */
    List<String> embedded() {
        return embedded;
    }

    /** What the model {@code large} makes of a text. */
    static float[] large(String text) {
        return vector(text, LARGE);
    }

    private static float[] vector(String text, int dimension) {
        var random = new Random(text.hashCode());
        float[] components = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            components[i] = random.nextFloat() - 0.5f;
        }
        return components;
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
        List<String> texts = body.path("input").valueStream().map(JsonNode::asString).toList();
        boolean isLarge = body.path("model").asString().equals("large");
        if (isLarge) {
            try {
                gate.pass(texts);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exchange.close();
                return;
            }
            embedded.addAll(texts);
        }
        byte[] answer = answer(texts, isLarge ? LARGE : SMALL).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static String answer(List<String> texts, int dimension) {
        return IntStream.range(0, texts.size())
                .mapToObj(i ->
                        "{\"object\": \"embedding\", \"index\": %d, \"embedding\": %s}"
                                .formatted(
                                        i,
                                        JsonMapper.shared()
                                                .writeValueAsString(
                                                        vector(texts.get(i), dimension))))
                .collect(Collectors.joining(", ", "{\"data\": [", "]}"));
    }

    @Override
    public void close() {
        gate = _ -> {};
        server.stop(0);
        threads.shutdownNow();
    }
}

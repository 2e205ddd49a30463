package dev.tributary.embedding;

import com.sun.net.httpserver.HttpExchange;
import dev.tributary.testing.RemoteServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A server on this machine with OpenAI's embeddings call, which misbehaves as told. The embedding
 * of a text is its length, its words and 1; the answer has the last text first.
 */
public final class ModelServer extends RemoteServer {
    /** Starts it on a free port; it answers as it should. */
    public ModelServer() {
        super("/v1", ModelServer::right);
    }

    /** Puts off so many calls with this status and {@code Retry-After}; then answers. */
    void putOff(int times, int status, String retryAfter) {
        behave((exchange, body) -> {
            if (calls().size() > times) {
                right(exchange, body);
                return;
            }
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            send(exchange, status, "later");
        });
    }

    /** Fails so many calls with this status; then answers. */
    void fail(int times, int status) {
        behave((exchange, body) -> {
            if (calls().size() > times) {
                right(exchange, body);
            } else {
                send(exchange, status, "server's own words");
            }
        });
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
}

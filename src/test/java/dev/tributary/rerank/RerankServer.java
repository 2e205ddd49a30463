package dev.tributary.rerank;

import com.sun.net.httpserver.HttpExchange;
import dev.tributary.testing.RemoteServer;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A server on this machine that answers rerank calls in either protocol, and misbehaves as told.
 * The score of a document is its length over 1,000; results come last document first.
 */
final class RerankServer extends RemoteServer {
    /** Starts it on a free port; it answers as it should. */
    RerankServer() {
        super("/v1/rerank", RerankServer::right);
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
}

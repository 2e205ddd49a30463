package dev.tributary.cli.demo;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The collection {@code demo} of a service. A refusal by the service is a {@link CommandException}.
 * Safe for use by many threads.
 */
final class DemoService implements AutoCloseable {
    static final String COLLECTION = "demo";

    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int ATTEMPTS_MAX = 10;
    private static final int BUSY = 503;
    private static final int CONFLICT = 409;
    private static final Set<Integer> UNREADABLE = Set.of(400, 422);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;

    /** An answer; a missing node if it is not JSON. */
    private record Answer(int status, JsonNode body) {
        String detail() {
            return body.path("detail").asString("a body that is not JSON");
        }

        JsonNode require() {
            if (status >= 400) {
                throw CommandException.refused("the service answered " + status + ": " + detail());
            }
            return body;
        }
    }

    /**
     * The outcome of storing a document.
     *
     * @param refusal why the service cannot read it; null if it is stored
     */
    record Stored(long chunks, long embedded, @Nullable String refusal) {}

    DemoService(URI url) {
        this.url = url;
    }

    URI url() {
        return url;
    }

    /** The metadata protects a collection of the same name that something else created. */
    void createCollection() throws InterruptedException {
        Answer answer =
                send(
                        "PUT",
                        "/collections/" + COLLECTION,
                        Map.of(
                                "model",
                                "all-minilm-l6-v2",
                                "metadata",
                                Map.of("made_by", "make demo")));
        if (answer.status() == CONFLICT) {
            throw CommandException.refused(
                    "there is a collection 'demo' that the demo did not create: delete it, or use"
                            + " another database");
        }
        answer.require();
    }

    Stored put(String sourceId, String text) throws InterruptedException {
        Answer answer = send("PUT", document(sourceId), Map.of("content", text));
        if (UNREADABLE.contains(answer.status())) {
            return new Stored(0, 0, answer.detail());
        }
        JsonNode counts = answer.require();
        return new Stored(counts.path("chunks").asLong(0), counts.path("embedded").asLong(0), null);
    }

    /**
     * Deletes the documents that are not among these.
     *
     * @return how many were deleted
     */
    int deleteOthers(Set<String> sourceIds) throws InterruptedException {
        Set<String> others = new HashSet<>();
        String cursor = null;
        do {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("limit", 1_000);
            body.put("include", List.of());
            if (cursor != null) {
                body.put("cursor", cursor);
            }
            JsonNode page =
                    send("POST", "/collections/" + COLLECTION + "/chunks/scroll", body).require();
            for (JsonNode chunk : page.path("chunks")) {
                String id = chunk.path("source_id").asString("");
                if (!sourceIds.contains(id)) {
                    others.add(id);
                }
            }
            cursor = page.path("next_cursor").asString(null);
        } while (cursor != null);
        for (String id : others) {
            send("DELETE", document(id), null).require();
        }
        return others.size();
    }

    /**
     * Searches.
     *
     * @param path {@code /search} or {@code /search/hybrid}
     */
    JsonNode search(String path, Map<String, Object> body) throws InterruptedException {
        return send("POST", path, body).require();
    }

    private static String document(String sourceId) {
        String encoded = URLEncoder.encode(sourceId, StandardCharsets.UTF_8).replace("+", "%20");
        return "/collections/" + COLLECTION + "/documents/" + encoded;
    }

    /** Sends a request, and repeats it while the service is too busy. */
    private Answer send(String method, String path, @Nullable Object body)
            throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
                        .build();
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> response = exchange(request);
            if (response.statusCode() != BUSY || attempt == ATTEMPTS_MAX) {
                return new Answer(response.statusCode(), json(response.body()));
            }
            long seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
            Thread.sleep(Duration.ofSeconds(seconds));
        }
    }

    private HttpResponse<String> exchange(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException _) {
            throw CommandException.refused("nothing answers at " + url)
                    .withHint("start the service with 'make run'");
        }
    }

    private static JsonNode json(String text) {
        try {
            return text.isBlank() ? MAPPER.createObjectNode() : MAPPER.readTree(text);
        } catch (JacksonException _) {
            return MAPPER.missingNode();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}

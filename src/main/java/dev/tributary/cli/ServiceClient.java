package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.read.ChunkJson;
import dev.tributary.cli.read.ChunkParts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * The calls that commands make to a service. A failure is a {@link CommandException}; one with
 * {@code retryAfter} may succeed later. Safe for use by many threads.
 */
final class ServiceClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);

    /** Long enough for a batch of texts that the service has to embed. */
    private static final Duration TRANSFER_TIMEOUT = Duration.ofHours(2);

    /** The longest wait that the service allows. */
    private static final Duration INDEX_TIMEOUT = Duration.ofHours(1);

    private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(1);
    private static final int ANSWER_BYTES_MAX = 4 << 20;

    private final String base;
    private final String namespace;
    private final @Nullable String apiKey;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();

    ServiceClient(URI url, String namespace, @Nullable String apiKey) {
        base = url.toString().replaceFirst("/+$", "");
        this.namespace = namespace;
        this.apiKey = apiKey;
    }

    /** Returns a collection as GET describes it; null if it does not exist. */
    @Nullable JsonNode find(String collection) {
        HttpResponse<InputStream> response =
                send(request(collection, "", "").timeout(CALL_TIMEOUT).GET());
        if (response.statusCode() == 404) {
            close(response);
            return null;
        }
        return json(response);
    }

    /** Creates a collection unless it already exists with the same settings. */
    void create(String collection, Map<String, Object> spec) {
        byte[] body = ChunkJson.MAPPER.writeValueAsBytes(spec);
        json(
                send(
                        request(collection, "", "")
                                .timeout(CALL_TIMEOUT)
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofByteArray(body))));
    }

    /**
     * Stores lines of NDJSON; safe to repeat.
     *
     * @param body opens the lines; called again if they must be sent again
     */
    ImportCounts store(String collection, Supplier<InputStream> body, boolean isGzip) {
        HttpRequest.Builder request = lines(collection, "", BodyPublishers.ofInputStream(body));
        if (isGzip) {
            request.header("Content-Encoding", "gzip");
        }
        return ImportCounts.of(json(send(request)));
    }

    /** Waits up to an hour until every row is in the index; false on timeout. */
    boolean awaitIndex(String collection) {
        String query = "&wait=indexed&wait_timeout_ms=" + INDEX_TIMEOUT.toMillis();
        return json(send(lines(collection, query, BodyPublishers.noBody())))
                .path("indexed")
                .asBoolean();
    }

    private HttpRequest.Builder lines(String collection, String query, BodyPublisher body) {
        return request(collection, "/import", query)
                .timeout(TRANSFER_TIMEOUT)
                .header("Content-Type", "application/x-ndjson")
                .POST(body);
    }

    /**
     * Passes on the stored chunks with these ids.
     *
     * @param ids at most 1,000
     */
    void chunks(String collection, List<UUID> ids, Consumer<ChunkParts> found) {
        byte[] body =
                ChunkJson.MAPPER.writeValueAsBytes(
                        Map.of("ids", ids, "include", List.of("content", "embedding")));
        HttpResponse<InputStream> response =
                succeeded(
                        send(
                                request(collection, "/chunks/get", "")
                                        .timeout(CALL_TIMEOUT)
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofByteArray(body))));
        try (var parser = ChunkJson.MAPPER.createParser(response.body())) {
            while (parser.nextToken() != JsonToken.START_ARRAY) {
                if (parser.currentToken() == null) {
                    throw CommandException.refused(base + " answered without chunks");
                }
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                found.accept(ChunkJson.parts(parser));
            }
        } catch (JacksonException e) {
            throw CommandException.passing(
                    "the answer of %s was cut off: %s".formatted(base, e.getOriginalMessage()),
                    Duration.ZERO);
        }
    }

    /** Every chunk, one per line. */
    InputStream export(String collection) {
        return succeeded(send(request(collection, "/export", "").timeout(TRANSFER_TIMEOUT).GET()))
                .body();
    }

    /** The failure of the service for an exception while {@link #export} is read. */
    CommandException brokenOff(IOException e) {
        return CommandException.passing(
                "the answer of %s was cut off: %s".formatted(base, reason(e)), Duration.ZERO);
    }

    /** The failure for a missing collection, with what to do about it. */
    CommandException absent(String collection) {
        return CommandException.refused(
                "collection %s does not exist in namespace %s of %s"
                        .formatted(collection, namespace, base));
    }

    private HttpRequest.Builder request(String collection, String call, String query) {
        String path =
                "%s/collections/%s%s?namespace=%s%s"
                        .formatted(base, encoded(collection), call, encoded(namespace), query);
        var request = HttpRequest.newBuilder(URI.create(path));
        return apiKey == null ? request : request.header("Authorization", "Bearer " + apiKey);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw CommandException.passing(
                    "%s cannot be reached: %s".formatted(base, reason(e)), Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.refused("interrupted");
        }
    }

    private static String reason(IOException e) {
        String kind = e.getClass().getSimpleName();
        return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
    }

    private JsonNode json(HttpResponse<InputStream> response) {
        try (InputStream body = succeeded(response).body()) {
            return ChunkJson.MAPPER.readTree(body.readNBytes(ANSWER_BYTES_MAX));
        } catch (IOException e) {
            throw brokenOff(e);
        } catch (JacksonException e) {
            throw CommandException.refused(
                    "%s did not answer in JSON: is it the service?".formatted(base));
        }
    }

    private HttpResponse<InputStream> succeeded(HttpResponse<InputStream> response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return response;
        }
        JsonNode problem = problem(response);
        String message =
                "%s answered %d %s"
                        .formatted(base, status, problem.path("detail").asString(""))
                        .strip();
        boolean isPassing = status == 429 || (status >= 502 && status <= 504);
        throw (isPassing
                        ? CommandException.passing(message, retryAfter(response))
                        : CommandException.refused(message))
                .withHint(problem.path("hint").asString(null));
    }

    private static JsonNode problem(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            return ChunkJson.MAPPER.readTree(body.readNBytes(ANSWER_BYTES_MAX));
        } catch (IOException | JacksonException _) {
            return ChunkJson.MAPPER.missingNode();
        }
    }

    private static Duration retryAfter(HttpResponse<InputStream> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        if (!seconds.matches("[0-9]{1,6}")) {
            return Duration.ZERO;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
        return asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
    }

    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException _) {
            // The rest of the response is not needed.
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

package dev.tributary.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A test of the whole service over HTTP. All of them share one service and one database, so each
 * takes collection names that no other one uses.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HttpIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Shared by every subclass, or each would have a context of its own. */
    private static final String DATABASE_URL = PostgresServer.shared().createDatabase();

    /** HTTP/1.1: an attempt to upgrade would be one more thing that can differ. */
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @LocalServerPort private int port;

    /** What came back: the body is a missing node where it is empty or not JSON. */
    public record Answer(int status, JsonNode body, HttpResponse<byte[]> response) {
        /** A header of the answer; empty if it is not there. */
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The {@code code} of a problem; empty if it is none. */
        public String code() {
            return body.path("code").asString("");
        }

        /** The field that a problem names first; empty if it names none. */
        public String field() {
            return body.path("errors").path(0).path("field").asString("");
        }

        /** What a problem says about the field it names first. */
        public String fieldMessage() {
            return body.path("errors").path(0).path("message").asString("");
        }
    }

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        var server = PostgresServer.shared();
        registry.add("spring.datasource.url", () -> DATABASE_URL);
        registry.add("spring.datasource.username", server::username);
        registry.add("spring.datasource.password", server::password);
    }

    protected Answer get(String path) {
        return send(request(path).GET());
    }

    protected Answer delete(String path) {
        return send(request(path).DELETE());
    }

    protected Answer put(String path, String json) {
        return send(json(path).PUT(BodyPublishers.ofString(json)));
    }

    protected Answer post(String path, String json) {
        return send(json(path).POST(BodyPublishers.ofString(json)));
    }

    protected Answer patch(String path, String json) {
        return send(json(path).method("PATCH", BodyPublishers.ofString(json)));
    }

    /** A request to be completed by hand; the path is taken as it is, so it must be encoded. */
    protected HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(TIMEOUT);
    }

    /** The address of a path, which is taken as it is. */
    protected String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    protected int port() {
        return port;
    }

    protected Answer send(HttpRequest.Builder request) {
        try {
            var response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), body(response), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private HttpRequest.Builder json(String path) {
        return request(path).header("Content-Type", "application/json");
    }

    private static JsonNode body(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        boolean isJson = type.matches("application/([\\w.-]+\\+)?json\\b.*");
        return isJson ? MAPPER.readTree(response.body()) : MAPPER.missingNode();
    }
}

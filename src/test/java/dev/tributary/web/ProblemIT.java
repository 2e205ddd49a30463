package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProblemIT extends HttpIT {
    @ParameterizedTest
    @CsvSource({
        "invalid, 400, invalid_field",
        "impossible, 422, unknown_model",
        "missing, 404, collection_not_found",
        "conflict, 409, collection_exists",
        "too_large, 413, too_large",
        "unavailable, 503, away",
        "outcome_unknown, 504, outcome_unknown",
        "denied, 500, internal",
    })
    void aKindOfFailureHasAStatus(String kind, int status, String code) {
        Answer answer = get("/test/failures/" + kind);

        assertProblem(answer, status, code);
        assertThat(answer.header("Retry-After")).isEqualTo(status == 503 ? "1" : "");
    }

    @Test
    void tellsNothingOfAnUnexpectedError() {
        Answer answer = get("/test/failures/denied");

        assertThat(answer.body().toString()).doesNotContain("secret", "Exception", "dev.");
    }

    @Test
    void aHintSaysWhatToDo() {
        Answer answer = get("/test/failures/outcome_unknown");

        assertThat(answer.body().path("hint").asString()).isEqualTo("send it again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/", "/error", "/test", "/test/echo/", "/static/x", "/%2F"})
    void anUnknownPathIsMissing(String path) {
        assertProblem(get(path), 404, "path_not_found");
    }

    @Test
    void aWrongMethodNamesTheRightOnes() {
        Answer answer = get("/test/echo");

        assertProblem(answer, 405, "method_not_allowed");
        assertThat(answer.header("Allow")).isEqualTo("POST");
    }

    @Test
    void aWrongMediaTypeNamesTheRightOne() {
        Answer answer =
                send(
                        request("/test/echo")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString("{}")));

        assertProblem(answer, 415, "unsupported_media_type");
        assertThat(answer.body().path("hint").asString()).contains("application/json");
    }

    @Test
    void anAnswerThatIsNotAcceptableIsAProblemAllTheSame() {
        Answer answer =
                send(request("/test/parameters?limit=1").header("Accept", "application/xml").GET());

        assertProblem(answer, 406, "not_acceptable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /test/parameters                        | limit   | is missing
                    /test/parameters?limit=                 | limit   | is "", must be a number in range
                    /test/parameters?limit=ten              | limit   | is "ten", must be a number in range
                    /test/parameters?limit=99999999999      | limit   | is "99999999999", must be a number in range
                    /test/parameters?limit=1&metric=euclid  | metric  | is "euclid", must be one of cosine, l2, inner_product
                    /test/parameters?limit=1&bounded=0      | bounded | must be greater than or equal to 1
                    /test/chunks/not-a-uuid                 | id      | is "not-a-uuid", must be a UUID
                    """)
    void namesTheParameterThatIsWrong(String path, String field, String message) {
        Answer answer = get(path);

        assertProblem(answer, 400, "invalid_field");
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).isEqualTo(message);
    }

    @Test
    void parametersSpellConstantsAsJsonDoes() {
        assertThat(get("/test/parameters?limit=1&metric=inner_product").body().path("metric"))
                .hasToString("\"inner_product\"");
    }

    @ParameterizedTest
    @CsvSource({
        "guides%2Fhnsw.md, guides/hnsw.md",
        "a%5Cb, a\\b",
        "a%3Bb, a;b",
        "a%253Bb%25, a%3Bb%",
        "%C3%A9%E8%AA%9E%F0%9F%98%80, é語😀",
        "a%20b+c, a b+c",
        "%2E%2E%2Fup, ../up",
    })
    void aSourceIdIsAnyTextPercentEncoded(String encoded, String sourceId) {
        Answer answer = get("/test/documents/" + encoded);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("source_id").asString()).isEqualTo(sourceId);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /test/documents/%00 HTTP/1.1",
                "GET /test/documents/a\"b HTTP/1.1",
                "GET /test/documents/%zz HTTP/1.1",
                "GET /test/documents/a|b<c> HTTP/1.1",
                "G@T /test HTTP/1.1",
                "nonsense"
            })
    void evenWhatIsNotHttpIsToldSo(String line) throws IOException {
        JsonNode problem = raw(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("code").asString()).isEqualTo("malformed_request");
        assertThat(problem.path("request_id").asString()).isNotEmpty();
    }

    @Test
    void headersThatAreTooLongAreToldSo() throws IOException {
        JsonNode problem =
                raw(
                        "GET /test HTTP/1.1\r\nHost: localhost\r\nX: "
                                + "x".repeat(20_000)
                                + "\r\n\r\n");

        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("code").asString()).isEqualTo("malformed_request");
    }

    @Test
    void returnsTheRequestIdItWasGiven() {
        Answer answer = send(request("/nothing").header("X-Request-Id", "trace-1").GET());

        assertThat(answer.header("X-Request-Id")).isEqualTo("trace-1");
        assertThat(answer.body().path("request_id").asString()).isEqualTo("trace-1");
    }

    @Test
    void makesARequestIdWhereTheGivenOneIsUnfit() {
        Answer answer = send(request("/nothing").header("X-Request-Id", "a b").GET());

        assertThat(answer.header("X-Request-Id")).hasSize(36);
    }

    private void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        JsonNode body = answer.body();
        assertThat(body.path("status").asInt()).isEqualTo(status);
        assertThat(body.path("type").asString()).isEqualTo("about:blank");
        assertThat(body.path("title").asString()).isNotEmpty();
        assertThat(body.path("detail").asString()).isNotEmpty();
        assertThat(body.path("request_id").asString()).isEqualTo(answer.header("X-Request-Id"));
    }

    /** Sends bytes that no HTTP client would send, and returns the body of the answer. */
    private JsonNode raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("application/problem+json");
            return JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }
}

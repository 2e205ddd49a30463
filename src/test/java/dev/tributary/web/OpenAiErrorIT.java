package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

/** Clients of OpenAI's API show nothing but the {@code error} object (issue 9, F48). */
class OpenAiErrorIT extends HttpIT {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"input": "a", "model": "nope"}     | 422 | model      | unknown_model
                    {"input": ""}                       | 400 | input      | invalid_field
                    {"input": " "}                      | 400 | input      | invalid_field
                    {"input": [[1, 2, 3]]}              | 400 | input      | invalid_field
                    {"input": "a", "dimensions": 3}     | 422 | dimensions | dimensions
                    {"input": "a", "temperature": 1}    | 400 | temperature | unknown_field
                    {"input":                           | 400 |            | malformed_json
                    """)
    void anErrorOfEmbeddingsIsInOpenAisShape(
            String json, int status, @Nullable String param, String code) {
        Answer answer = post("/v1/embeddings", json);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertOpenAiError(answer, "invalid_request_error", param, code);
    }

    @Test
    void theMessageHasTheHint() {
        Answer answer =
                post("/v1/embeddings", "{\"input\": [[1]], \"model\": \"all-minilm-l6-v2\"}");

        assertThat(answer.body().path("error").path("message").asString())
                .startsWith("input is made of token ids")
                .contains("; send the text itself")
                .contains("check_embedding_ctx_length=False");
    }

    @Test
    void wrongPathsMethodsAndMediaTypesAreInOpenAisShapeToo() {
        assertOpenAiError(get("/v1/nothing"), "invalid_request_error", null, "path_not_found");
        assertOpenAiError(get("/v1"), "invalid_request_error", null, "path_not_found");
        assertOpenAiError(get("/v1/models/none"), "invalid_request_error", null, "model_not_found");
        assertOpenAiError(
                get("/v1/embeddings"), "invalid_request_error", null, "method_not_allowed");
        assertOpenAiError(
                send(
                        request("/v1/embeddings")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{}"))),
                "invalid_request_error",
                null,
                "unsupported_media_type");
        assertOpenAiError(
                post("/v1/embeddings?namespace=x", "{}"),
                "invalid_request_error",
                "namespace",
                "unknown_parameter");
        assertOpenAiError(
                post("/embeddings", "{}"), "invalid_request_error", null, "path_not_found");
        assertOpenAiError(post("/v1/rerank", "{}"), "invalid_request_error", null, null);
    }

    @Test
    void aBodyThatIsTooLargeIsToldInOpenAisShape() {
        Answer answer =
                send(
                        request("/v1/embeddings")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(new byte[33 * 1024 * 1024])));

        assertThat(answer.status()).isEqualTo(413);
        assertOpenAiError(answer, "invalid_request_error", null, "too_large");
    }

    @ParameterizedTest
    @CsvSource({
        "unavailable, 503, away",
        "denied, 500, internal",
        "outcome_unknown, 504, outcome_unknown",
    })
    void aFailureOfTheServiceIsItsOwn(String kind, int status, String code) {
        Answer answer = get("/v1/test/failures/" + kind);

        assertThat(answer.status()).isEqualTo(status);
        assertOpenAiError(answer, "server_error", null, code);
    }

    @ParameterizedTest
    @CsvSource({
        "UNAUTHORIZED, authentication_error",
        "FORBIDDEN, permission_error",
        "CONFLICT, invalid_request_error",
        "TOO_MANY_REQUESTS, rate_limit_error",
    })
    void theTypeFollowsTheStatus(HttpStatus status, String type) {
        assertThat(OpenAiError.of(Refusal.of(status, "code", "detail")))
                .isEqualTo(new OpenAiError("detail", type, null, "code"));
    }

    @Test
    void whatTomcatRefusesIsInOpenAisShape() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream()
                    .write(
                            "POST /v1/embeddings HTTP/1.1\r\nHost: a b\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).contains("\"error\":{").contains("malformed_request");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/v2/rerank", "/embed", "/v1x"})
    void errorsElsewhereHaveNoErrorObject(String path) {
        assertThat(get(path).body().has("error")).isFalse();
    }

    private static void assertOpenAiError(
            Answer answer, String type, @Nullable String param, @Nullable String code) {
        JsonNode error = answer.body().path("error");
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(error.path("message").asString())
                .startsWith(answer.body().path("detail").asString());
        assertThat(error.path("type").asString()).isEqualTo(type);
        if (param != null) {
            assertThat(error.path("param").asString()).isEqualTo(param);
        }
        assertThat(error.path("code").asString()).isEqualTo(answer.code());
        if (code != null) {
            assertThat(answer.code()).isEqualTo(code);
        }
    }
}

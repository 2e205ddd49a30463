package dev.tributary.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The whole service, with a reranker in process and two behind URLs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RerankIT {
    private final RerankServer server = new RerankServer();
    private Service service;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        service =
                Service.on(
                        PostgresServer.shared(),
                        "tributary.rerank.call-timeout=2s",
                        "tributary.rerank.models.tiny.type=onnx",
                        "tributary.rerank.models.tiny.folder="
                                + CrossEncoderFolder.countingWords(folder),
                        "tributary.rerank.models.their-cohere.type=cohere",
                        "tributary.rerank.models.their-cohere.url=" + server.url(),
                        "tributary.rerank.models.their-cohere.api-key=top-secret",
                        "tributary.rerank.models.their-tei.type=tei",
                        "tributary.rerank.models.their-tei.url=" + server.url());
    }

    @AfterEach
    void behave() {
        server.behave(RerankServer::right);
    }

    @AfterAll
    void stop() {
        service.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rerank", "/v1/rerank", "/v2/rerank"})
    void ordersTextsByRelevance(String path) {
        Answer answer =
                service.post(
                        path,
                        """
                        {"model": "tiny", "query": "how long do cats sleep", "top_n": 2,
                         "documents": ["dogs", {"text": "Cats sleep all day long"}, "cats"],
                         "return_documents": true}
                        """);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().propertyNames()).containsExactly("id", "model", "results", "meta");
        assertThat(answer.body().path("model").asString()).isEqualTo("tiny");
        JsonNode results = answer.body().path("results");
        assertThat(results).hasSize(2);
        assertThat(results.get(0).path("index").asInt()).isEqualTo(1);
        assertThat(results.get(0).path("document").path("text").asString())
                .isEqualTo("Cats sleep all day long");
        assertThat(results.get(1).path("index").asInt()).isEqualTo(2);
        assertThat(results.get(0).path("relevance_score").asDouble()).isBetween(0.95, 0.96);
    }

    @ParameterizedTest
    @ValueSource(strings = {"their-cohere", "their-tei"})
    void asksTheServerThatIsConfigured(String model) {
        JsonNode results = rerank(model, "[\"four\", \"longest\", \"one\"]").body().path("results");

        assertThat(results)
                .extracting(result -> result.path("index").asInt())
                .containsExactly(1, 0, 2);
        assertThat(results)
                .extracting(result -> result.path("relevance_score").asDouble())
                .containsExactly(0.007, 0.004, 0.003);
        assertThat(results.get(0).has("document")).isFalse();
        assertThat(server.calls().getLast().authorization())
                .isEqualTo(model.equals("their-cohere") ? "Bearer top-secret" : "null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "their-cohere", "their-tei"})
    void takesAThousandTexts(String model) {
        String documents =
                IntStream.range(0, 1_000)
                        .mapToObj(i -> i == 777 ? "\"long cats sleep\"" : "\"a dog\"")
                        .collect(Collectors.joining(",", "[", "]"));

        JsonNode results = rerank(model, documents).body().path("results");

        assertThat(results).hasSize(1_000);
        assertThat(results.get(0).path("index").asInt()).isEqualTo(777);
        assertThat(results.get(1).path("index").asInt()).isZero();
        assertThat(results.get(999).path("index").asInt()).isEqualTo(999);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"model": "tiny", "query": "a"}                                    | 400 | invalid_field | documents
                    {"model": "tiny", "query": "a", "documents": ["b", null]}          | 400 | invalid_field | documents[1]
                    {"model": "tiny", "query": "a", "documents": ["b"], "top_n": 0}    | 400 | invalid_field | top_n
                    {"model": "tiny", "query": "a", "documents": ["b"], "top_n": "1"}  | 400 | invalid_field | top_n
                    {"model": "tiny", "query": 5, "documents": ["b"]}                  | 400 | invalid_field | query
                    {"model": "tiny", "query": "a", "documents": ["b"], "topn": 1}     | 400 | unknown_field | topn
                    {"query": "a", "documents": ["b"]}                                 | 400 | invalid_field | model
                    {"model": "huge", "query": "a", "documents": ["b"]}                | 422 | unknown_model | model
                    {"model": "tiny", "query": "a", "documents": ["b"                  | 400 | malformed_json | ``
                    """)
    void refuses(String body, int status, String code, String field) {
        Answer answer = service.post("/rerank", body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.field()).isEqualTo(field);
    }

    @Test
    void namesTheRerankersThatThereAre() {
        assertThat(rerank("huge", "[\"b\"]").body().path("hint").asString())
                .isEqualTo("use one of: their-cohere, their-tei, tiny");
    }

    @Test
    void refusesAThousandAndOneTexts() {
        Answer answer = rerank("tiny", "[" + "\"b\",".repeat(1_000) + "\"b\"]");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fieldMessage()).isEqualTo("has 1,001 elements, must have 1 to 1,000");
    }

    @Test
    void aServerThatFailsIsTheirsAndNotOurs() {
        server.say(400, "{\"message\": \"unknown model their-tei\"}");

        Answer refused = rerank("their-tei", "[\"b\"]");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("reranker_refused");
        assertThat(refused.body().path("detail").asString()).contains("unknown model their-tei");

        server.sayNothing();
        Answer slow = rerank("their-tei", "[\"b\"]");
        assertThat(slow.status()).isEqualTo(503);
        assertThat(slow.code()).isEqualTo("reranker_timeout");
        assertThat(slow.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void otherPackagesFindTheRerankers() {
        Rerankers rerankers = service.bean(Rerankers.class);

        assertThat(rerankers.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThatThrownBy(() -> rerankers.get("none"))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e ->
                                assertThat(e.hint())
                                        .isEqualTo("use one of: their-cohere, their-tei, tiny"));
        assertThat(rerankers.get("tiny").score("cats", List.of("a", "cats"), rerankers.timeout()))
                .hasSize(2);
    }

    @Test
    void anUnusableFolderStopsTheStart(@TempDir Path empty) {
        assertThatThrownBy(() ->
                        Service.on(
                                PostgresServer.shared(),
                                "tributary.rerank.models.tiny.type=onnx",
                                "tributary.rerank.models.tiny.folder=" + empty))
                .rootCause()
                .isInstanceOf(UnusableRerankerException.class)
                .hasMessageContaining(empty + "/model.onnx does not exist");
    }

    private Answer rerank(String model, String documents) {
        return service.post(
                "/rerank",
                "{\"model\": \"%s\", \"query\": \"cats sleep\", \"documents\": %s}"
                        .formatted(model, documents));
    }
}

package dev.tributary.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.inference.Breaker;
import dev.tributary.rerank.HttpReranker.Server;
import dev.tributary.testing.MutableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class HttpRerankerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration OPEN_FOR = Duration.ofSeconds(10);

    private final RerankServer server = new RerankServer();
    private final MutableClock clock = new MutableClock();
    private final HttpReranker cohere = reranker(RerankProtocol.COHERE, server.url(), null);
    private final HttpReranker tei = reranker(RerankProtocol.TEI, server.url(), null);

    private HttpReranker reranker(RerankProtocol protocol, URI url, @Nullable String apiKey) {
        return new HttpReranker(
                "far",
                new Server(protocol, url, "their-name", apiKey, protocol.batchMax()),
                1,
                new Breaker(4, OPEN_FOR),
                clock);
    }

    @AfterEach
    void close() {
        server.close();
        cohere.close();
        tei.close();
    }

    @Test
    void callsAsCohereHasIt() {
        double[] scores = cohere.score("what?", List.of("one", "fourteen", ""), TIMEOUT);

        assertThat(scores).containsExactly(0.003, 0.008, 0);
        assertThat(server.calls()).hasSize(1);
        assertThat(server.calls().getFirst().body())
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        {"model": "their-name", "query": "what?", "top_n": 3,
                                         "documents": ["one", "fourteen", ""]}
                                        """));
        assertThat(server.calls().getFirst().authorization()).isEqualTo("null");
    }

    @Test
    void callsAsTextEmbeddingsInferenceHasIt() {
        double[] scores = tei.score("what?", List.of("one", "fourteen"), TIMEOUT);

        assertThat(scores).containsExactly(0.003, 0.008);
        assertThat(server.calls().getFirst().body())
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        {"query": "what?", "texts": ["one", "fourteen"],
                                         "raw_scores": false, "truncate": true}
                                        """));
    }

    @ParameterizedTest
    @CsvSource({"COHERE, 250, 3, 50", "COHERE, 100, 1, 100", "TEI, 1000, 32, 8", "TEI, 1, 1, 1"})
    void sendsManyDocumentsInBatches(
            RerankProtocol protocol, int documents, int calls, int lastBatch) {
        List<String> texts = IntStream.range(0, documents).mapToObj("x"::repeat).toList();

        double[] scores =
                (protocol == RerankProtocol.TEI ? tei : cohere).score("q", texts, TIMEOUT);

        assertThat(scores)
                .containsExactly(
                        IntStream.range(0, documents).mapToDouble(i -> i / 1000.0).toArray());
        assertThat(server.calls()).hasSize(calls);
        var last = server.calls().getLast().body();
        assertThat((protocol == RerankProtocol.TEI ? last.path("texts") : last.path("documents")))
                .hasSize(lastBatch);
    }

    @Test
    void noDocumentsNeedNoCall() {
        assertThat(cohere.score("q", List.of(), TIMEOUT)).isEmpty();
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void textIsSentAsUnicode() {
        double[] scores =
                cohere.score("ü?", List.of("日本 😀 \"quoted\"\n\0", "half \ud83d"), TIMEOUT);

        var sent = server.calls().getFirst().body();
        assertThat(sent.path("query").asString()).isEqualTo("ü?");
        assertThat(sent.path("documents").get(0).asString()).isEqualTo("日本 😀 \"quoted\"\n\0");
        assertThat(sent.path("documents").get(1).asString()).isEqualTo("half ?");
        assertThat(scores).hasSize(2);
    }

    @Test
    void sendsTheKeyAndNeverTellsIt() {
        try (var withKey = reranker(RerankProtocol.COHERE, server.url(), "top-secret")) {
            withKey.score("q", List.of("d"), TIMEOUT);
            assertThat(server.calls().getFirst().authorization()).isEqualTo("Bearer top-secret");

            server.say(401, "{\"message\": \"no such key: top-secret\"}");
            assertFails(withKey, TIMEOUT, "reranker_refused")
                    .hasMessageContaining("401")
                    .hasMessageContaining("no such key: …")
                    .hasMessageNotContaining("top-secret");
        }
        assertThat(new Server(RerankProtocol.TEI, server.url(), "m", "top-secret", 1).toString())
                .doesNotContain("top-secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "null",
                "[]",
                "{}",
                "{\"results\": {}}",
                "{\"results\": []}",
                "{\"results\": [{\"index\": 0, \"relevance_score\": 0.5}]}",
                "{\"results\": [R0, R1, {\"index\": 2, \"relevance_score\": 0.5}]}",
                "{\"results\": [R0, R0]}",
                "{\"results\": [R0, {\"index\": 2, \"relevance_score\": 0.5}]}",
                "{\"results\": [R0, {\"index\": -1, \"relevance_score\": 0.5}]}",
                "{\"results\": [R0, {\"index\": 1.5, \"relevance_score\": 0.5}]}",
                "{\"results\": [R0, {\"index\": \"1\", \"relevance_score\": 0.5}]}",
                "{\"results\": [R0, {\"relevance_score\": 0.5}]}",
                "{\"results\": [R0, {\"index\": 1}]}",
                "{\"results\": [R0, {\"index\": 1, \"relevance_score\": null}]}",
                "{\"results\": [R0, {\"index\": 1, \"relevance_score\": \"NaN\"}]}",
                "{\"results\": [R0, {\"index\": 1, \"relevance_score\": NaN}]}",
                "{\"results\": [R0, {\"index\": 1, \"relevance_score\": 1e999}]}",
                "{\"results\": [R0, null]}",
                "{\"results\": [R0, R1]"
            })
    void anAnswerThatIsNoneIsAFailure(String answer) {
        server.say(
                200,
                answer.replace("R0", "{\"index\": 0, \"relevance_score\": 0.5}")
                        .replace("R1", "{\"index\": 1, \"relevance_score\": 0.5}"));

        assertThatThrownBy(() -> cohere.score("q", List.of("a", "b"), TIMEOUT))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                            assertThat(e.code()).isEqualTo("reranker_unavailable");
                        })
                .hasMessageStartingWith("reranker far answered with ");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void anAnswerInTheOtherProtocolIsAFailure() {
        server.say(200, "{\"results\": [{\"index\": 0, \"relevance_score\": 0.5}]}");

        assertFails(tei, TIMEOUT, "reranker_unavailable")
                .hasMessage("reranker far answered with JSON without a list of results");
    }

    @Test
    void anAnswerThatIsTooLargeIsNotReadToItsEnd() {
        server.say(200, " ".repeat(3 << 20) + "{\"results\": []}");

        assertFails(cohere, TIMEOUT, "reranker_unavailable")
                .hasMessageContaining("did not send a whole answer");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void anErrorOfTheServerIsRepeatedOnce(int status) {
        server.say(status, "{\"error\": \"model \\n\\t overloaded\"}");

        assertFails(cohere, TIMEOUT, "reranker_unavailable")
                .hasMessage(
                        "reranker far answered "
                                + status
                                + ": {\"error\": \"model \\n\\t overloaded\"}");
        assertThat(server.calls()).hasSize(2);
    }

    @Test
    void aCallThatSucceedsWhenRepeatedSucceeds() {
        server.behave((exchange, body) -> {
            if (server.calls().size() == 1) {
                RerankServer.send(exchange, 500, "");
            } else {
                RerankServer.right(exchange, body);
            }
        });

        assertThat(cohere.score("q", List.of("four"), TIMEOUT)).containsExactly(0.004);
    }

    @Test
    void aConnectionThatBreaksIsTriedOnceAgain() {
        server.behave((exchange, body) -> {
            if (server.calls().size() == 1) {
                exchange.close();
            } else {
                RerankServer.right(exchange, body);
            }
        });
        assertThat(cohere.score("q", List.of("four"), TIMEOUT)).containsExactly(0.004);

        server.behave((exchange, _) -> exchange.close());
        assertFails(cohere, TIMEOUT, "reranker_unavailable")
                .hasMessageContaining("did not send a whole answer");
        assertThat(server.calls()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aServerThatAsksToWaitIsNotAskedAgain(int status) {
        server.behave((exchange, _) -> {
            exchange.getResponseHeaders().set("Retry-After", "7");
            RerankServer.send(exchange, status, "too busy");
        });

        assertFails(cohere, TIMEOUT, "reranker_unavailable")
                .hasMessage(
                        "reranker far answered "
                                + status
                                + " and asks to wait (Retry-After: 7): too busy");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void aRefusalSaysWhatTheServerSaidAndDoesNotOpenTheCircuit() {
        server.say(422, "{\"error\": \"" + "x".repeat(10_000) + "\"}");

        for (int i = 0; i < 10; i++) {
            assertFails(cohere, TIMEOUT, "reranker_refused")
                    .hasMessageStartingWith("reranker far answered 422: {\"error\": \"xxx")
                    .message()
                    .hasSizeLessThan(300);
        }

        server.behave(RerankServer::right);
        assertThat(cohere.score("q", List.of("four"), TIMEOUT)).containsExactly(0.004);
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (var other = new RerankServer()) {
            server.behave((exchange, _) -> {
                exchange.getResponseHeaders().set("Location", other.url().toString());
                RerankServer.send(exchange, 307, "");
            });

            assertFails(cohere, TIMEOUT, "reranker_refused").hasMessageContaining("307");
            assertThat(other.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(RerankProtocol.class)
    void doesNotWaitBeyondItsTimeForAnAnswer(RerankProtocol protocol) {
        server.sayNothing();

        assertFails(protocol == RerankProtocol.TEI ? tei : cohere, SHORT, "reranker_timeout")
                .hasMessage("reranker far did not answer in time");
    }

    @Test
    void doesNotWaitBeyondItsTimeForTheRestOfAnAnswer() {
        server.beginAndStop();

        assertFails(cohere, SHORT, "reranker_timeout");
    }

    @Test
    void laterBatchesHaveTheTimeThatIsLeft() {
        server.behave((exchange, body) -> {
            RerankServer.right(exchange, body);
            server.sayNothing();
        });
        List<String> documents = IntStream.range(0, 1_000).mapToObj(String::valueOf).toList();

        assertThatThrownBy(() -> tei.score("q", documents, SHORT))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("reranker_timeout"));
        assertThat(server.calls()).hasSizeBetween(1, 3);
    }

    @Test
    void aServerThatIsNotThereIsAFailure() throws IOException {
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        URI url = URI.create("http://127.0.0.1:" + port + "/rerank");

        try (var nowhere = reranker(RerankProtocol.COHERE, url, null)) {
            assertFails(nowhere, TIMEOUT, "reranker_unavailable")
                    .hasMessage("reranker far does not accept connections");
        }
    }

    @Test
    void theCircuitOpensAndClosesAgain() {
        server.say(200, "garbage");
        for (int i = 0; i < 4; i++) {
            assertFails(cohere, TIMEOUT, "reranker_unavailable").hasMessageContaining("answered");
        }
        assertFails(cohere, TIMEOUT, "reranker_unavailable")
                .hasMessage("reranker far failed too often recently; calls are paused");
        assertThat(server.calls()).hasSize(4);

        clock.pass(OPEN_FOR.plusMillis(1));
        assertFails(cohere, TIMEOUT, "reranker_unavailable").hasMessageContaining("answered");
        assertFails(cohere, TIMEOUT, "reranker_unavailable")
                .hasMessageContaining("calls are paused");
        assertThat(server.calls()).hasSize(5);

        server.behave(RerankServer::right);
        clock.pass(OPEN_FOR.plusMillis(1));
        for (int i = 0; i < 10; i++) {
            assertThat(cohere.score("q", List.of("four"), TIMEOUT)).containsExactly(0.004);
        }
    }

    @Test
    void callsBeyondTheLimitWaitForTheirTurn() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            server.sayNothing();
            Future<double[]> holding =
                    callers.submit(() -> cohere.score("q", List.of("d"), TIMEOUT));
            while (server.calls().isEmpty()) {
                Thread.onSpinWait();
            }

            assertFails(cohere, SHORT, "reranker_busy")
                    .hasMessage("reranker far is busy with other calls");
            assertThat(server.calls()).hasSize(1);

            holding.cancel(true);
            server.behave(RerankServer::right);
            assertThat(cohere.score("q", List.of("four"), TIMEOUT)).containsExactly(0.004);
        }
    }

    @Test
    void anInterruptedCallerKeepsItsFlag() {
        server.sayNothing();
        Thread.currentThread().interrupt();

        assertFails(cohere, TIMEOUT, "interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
            HttpReranker reranker, Duration timeout, String code) {
        return assertThatThrownBy(() -> reranker.score("q", List.of("document"), timeout))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                            assertThat(e.code()).isEqualTo(code);
                        });
    }
}

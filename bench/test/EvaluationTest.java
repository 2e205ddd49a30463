import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as each test says. */
class EvaluationTest {
    private static final DataSet DATA =
            new DataSet(
                    "A Set",
                    List.of(new DataSet.Document("a", "Cats"), new DataSet.Document("b", "Dogs")),
                    List.of(new DataSet.Query("1", "\"cats\"")),
                    Map.of("1", Map.of("a", 1)),
                    0);

    /** An answer by the call. */
    private final Map<String, String> answers = new HashMap<>();

    private final Map<String, String> requests = new HashMap<>();
    private HttpServer server;
    private Evaluation evaluation;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        var endpoint = Endpoint.loopback(server.getAddress().getPort());
        var settings =
                EvalSettings.of(
                        new Variables(Map.of("URL", endpoint.toString(), "LANGUAGE", "simple")),
                        List.of("folder"));
        evaluation = new Evaluation(settings, endpoint, DATA);
        answers.put("GET /models", "200 {\"models\":[{\"name\":\"first\"},{\"name\":\"other\"}]}");
        answers.put("PUT /collections/eval-a-set", "201 {}");
        answers.put("PUT /collections/eval-a-set/chunks", "200 {\"failed\":0,\"results\":[]}");
        answers.put("POST /collections/eval-a-set/count", "200 {\"count\":2}");
        answers.put("GET /collections/eval-a-set", "200 {\"index\":{\"state\":\"ready\"}}");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            byte[] request = exchange.getRequestBody().readAllBytes();
            requests.put(call, new String(request, StandardCharsets.UTF_8));
            String answer = answers.getOrDefault(call, "404 {\"code\":\"path_not_found\"}");
            byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void loadsWithTheDefaultModel() throws Exception {
        evaluation.load();

        assertThat(Json.read(requests.get("PUT /collections/eval-a-set")))
                .isEqualTo(
                        Map.of(
                                "model", "first",
                                "language", "simple",
                                "metadata", Map.of("made_by", "make eval")));
        assertThat(Json.read(requests.get("PUT /collections/eval-a-set/chunks")))
                .isEqualTo(
                        Map.of(
                                "chunks",
                                List.of(
                                        Map.of("source_id", "a", "content", "Cats"),
                                        Map.of("source_id", "b", "content", "Dogs"))));
    }

    @Test
    void aFailedChunkStopsIt() {
        answers.put(
                "PUT /collections/eval-a-set/chunks",
                """
                200 {"failed":1,"results":[{"status":"created"},{"status":"failed","error":"content: no"}]}
                """);

        assertThatIllegalStateException()
                .isThrownBy(evaluation::load)
                .withMessage("A Set: document b was refused: content: no");
    }

    @Test
    void chunksThatAreNotOfTheDataSetStopIt() {
        answers.put("POST /collections/eval-a-set/count", "200 {\"count\":3}");

        assertThatIllegalStateException()
                .isThrownBy(evaluation::load)
                .withMessageContaining("has 3 chunks, but A Set has 2 documents");
    }

    @Test
    void keepsTheHitsInTheirOrder() throws IOException {
        answers.put(
                "POST /search/hybrid",
                """
                200 {"results":[{"source_id":"b","score":0.5},{"source_id":"\u00e4","score":0.25}]}
                """);

        var outcome = evaluation.ask(Mode.TEXT);

        assertThat(outcome.isPossible()).isTrue();
        assertThat(outcome.run().get("1"))
                .containsExactly(new Evaluation.Hit("b", 0.5), new Evaluation.Hit("\u00e4", 0.25));
        assertThat(outcome.latencies().requests()).isEqualTo(1);
        assertThat(Json.read(requests.get("POST /search/hybrid")))
                .isEqualTo(
                        Map.of(
                                "collection",
                                "eval-a-set",
                                "query",
                                "\"cats\"",
                                "top_k",
                                100.0,
                                "include",
                                List.of(),
                                "fusion",
                                Map.of("weights", Map.of("vector", 0.0))));
    }

    @Test
    void aModeThatTheServiceHasNotIsTold() throws IOException {
        var outcome = evaluation.ask(Mode.HYBRID);

        assertThat(outcome.isPossible()).isFalse();
        assertThat(outcome.problem()).contains("POST /search/hybrid", "404", "path_not_found");
    }

    @Test
    void aServiceThatIsAwayStopsIt() {
        answers.put("POST /search", "503 {\"code\":\"model_busy\",\"detail\":\"wait\"}");

        assertThatExceptionOfType(Endpoint.Refused.class)
                .isThrownBy(() -> evaluation.ask(Mode.VECTOR))
                .withMessageContaining("query 1: 503 model_busy: wait");
    }
}

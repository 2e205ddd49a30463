package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.embedding.ModelServer;
import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts documents into a service whose model is on a server of the test, and which stores documents
 * of more than 4 KB by jobs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BackgroundIT {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of pieces: enough for two batches of embeddings and a part of a third one. */
    static final int PIECES = 2 * EmbeddingPlan.BATCH_MAX + 100;

    private static final DataSize BACKGROUND = DataSize.ofKilobytes(4);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final ModelServer model = new ModelServer();
    private Service service;
    String collection = "";

    /** Settings of a service with this model, whose jobs are looked after often. */
    static String[] settings(ModelServer model) {
        return new String[] {
            "tributary.document.background-size=" + BACKGROUND.toBytes() + "B",
            "tributary.embedding.built-in=false",
            "tributary.embedding.cache-size=0",
            "tributary.embedding.default-model=far",
            "tributary.embedding.models.far.url=" + model.url(),
            "tributary.embedding.models.far.dimension=3",
            "tributary.embedding.models.far.tokens-max=64",
            "tributary.embedding.models.far.batch-count-max=" + EmbeddingPlan.BATCH_MAX,
            "tributary.embedding.models.far.batch-tokens-max=1000000",
            "tributary.embedding.models.far.timeout=120s",
            "tributary.embedding.models.far.attempts-max=1",
            "tributary.embedding.breaker.open-for=50ms",
            "tributary.job.lease=2s",
            "tributary.job.poll-interval=50ms",
            "tributary.job.attempts-max=100",
            "tributary.job.backoff-min=10ms",
            "tributary.job.backoff-max=100ms"
        };
    }

    @BeforeAll
    void start() {
        service = Service.on(PostgresServer.shared(), settings(model));
    }

    @AfterAll
    void stop() {
        service.close();
        model.close();
    }

    @BeforeEach
    void createCollection() {
        model.behave(ModelServer::right);
        collection = "background-" + NUMBER.incrementAndGet();
        assertThat(service.put("/collections/" + collection, "{\"model\": \"far\"}").status())
                .isEqualTo(201);
    }

    Service service() {
        return service;
    }

    String path(String sourceId) {
        return "/collections/" + collection + "/documents/" + sourceId;
    }

    Answer put(String sourceId, String json) {
        return service.put(path(sourceId), json);
    }

    /** The id of the job that a put was answered with. */
    static String job(Answer put) {
        assertThat(put.status()).as("%s", put.body()).isEqualTo(202);
        return put.body().path("job").path("id").asString();
    }

    /** The job once it is finished. */
    JsonNode finished(String job) {
        await().atMost(PATIENCE)
                .until(() -> service.get("/jobs/" + job).body().has("completed_at"));
        return service.get("/jobs/" + job).body();
    }

    static String status(JsonNode job) {
        return job.path("status").asString();
    }

    /** The chunks of a source, in order. */
    List<JsonNode> chunks(String sourceId) {
        return chunks(service, collection, sourceId);
    }

    static List<JsonNode> chunks(Service service, String collection, String sourceId) {
        return service.post(
                        "/collections/" + collection + "/chunks/scroll",
                        "{\"filter\": {\"$source_id\": \"" + sourceId + "\"}, \"limit\": 1000}")
                .body()
                .path("chunks")
                .valueStream()
                .sorted((a, b) ->
                        Integer.compare(
                                a.path("chunk_index").asInt(), b.path("chunk_index").asInt()))
                .toList();
    }

    /** How many embeddings are kept for jobs. */
    int kept() throws SQLException {
        try (var connection = service.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM document_embedding")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** A document of so many pieces, each a sentence that has the word and its number. */
    static String document(String word, int pieces) {
        return "{\"content\": %s, \"chunking\": {\"size\": 24, \"overlap\": 0}}"
                .formatted(JsonMapper.shared().writeValueAsString(text(word, pieces)));
    }

    static String text(String word, int pieces) {
        return IntStream.range(0, pieces)
                .mapToObj(i -> piece(word, i))
                .collect(Collectors.joining("\n\n"));
    }

    static String piece(String word, int number) {
        return "Sentence %04d of %s fills its piece all by itself.".formatted(number, word);
    }
}

package dev.tributary.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Searches through a derived store over HTTP, with a PostgreSQL and a Qdrant of their own. */
class RoutedSearchIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String[] WORDS = {"river", "delta", "boat", "lake", "flood", "bridge"};
    private static final String FOLLOWED = "followed";
    private static final int CHUNKS = 1_500;

    private static QdrantEngine engine;
    private static Service service;

    @BeforeAll
    static void start() {
        engine = QdrantEngine.own();
        service =
                Service.on(
                        PostgresServer.shared(),
                        "tributary.qdrant.enabled=true",
                        "tributary.qdrant.host=" + engine.host(),
                        "tributary.qdrant.port=" + engine.port(),
                        "tributary.follow.poll-interval=20ms",
                        "tributary.job.poll-interval=50ms");
        create(FOLLOWED);
        var random = new Random(1);
        for (int from = 0; from < CHUNKS; from += 500) {
            put(
                    FOLLOWED,
                    IntStream.range(from, from + 500).mapToObj(i -> chunk(i, random)).toList());
        }
        follow(FOLLOWED);
    }

    @AfterAll
    static void stop() {
        service.close();
        engine.close();
    }

    private static void create(String collection) {
        assertThat(service.put("/collections/" + collection, "{\"dimension\": 4}").status())
                .isEqualTo(201);
    }

    private static void follow(String collection) {
        Answer begun = service.put("/collections/" + collection + "/stores/qdrant", "{}");
        assertThat(begun.status()).as("%s", begun.body()).isEqualTo(201);
        awaitInStep(collection);
    }

    private static void awaitInStep(String collection) {
        await().atMost(PATIENCE)
                .until(() -> {
                    JsonNode store =
                            service.get("/collections/" + collection + "/stores/qdrant").body();
                    return store.path("state").asString().equals("following")
                            && store.path("lag").path("changes").asInt(-1) == 0;
                });
    }

    private static String chunk(int number, Random random) {
        var words = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            words.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        return chunk(
                "s" + number,
                vector(random),
                words.toString(),
                "t" + number % 3,
                "{\"number\": %d, \"kind\": \"k%d\", \"rare\": %b}"
                        .formatted(number, random.nextInt(5), number % 300 == 0));
    }

    private static String chunk(
            String source, float[] vector, String words, String tenant, String metadata) {
        return """
        {"source_id": "%s", "content": "%s", "tenant": "%s", "metadata": %s, "embedding": %s}
        """
                .formatted(source, words, tenant, metadata, json(vector));
    }

    private static String json(float[] vector) {
        return JsonMapper.shared().writeValueAsString(vector);
    }

    private static float[] vector(Random random) {
        float[] vector = new float[4];
        for (int i = 0; i < 4; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static void put(String collection, List<String> chunks) {
        Answer answer =
                service.put(
                        "/collections/" + collection + "/chunks",
                        "{\"chunks\": [" + String.join(",", chunks) + "]}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.body().path("failed").asInt()).as("%s", answer.body()).isZero();
    }

    private static JsonNode search(String path, String collection, String rest, String params) {
        Answer answer =
                service.post(
                        path,
                        "{\"collection\": \"%s\", %s, \"params\": {%s}}"
                                .formatted(collection, rest, params));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static List<String> ids(JsonNode answer) {
        List<String> ids = new ArrayList<>();
        answer.path("results").forEach(result -> ids.add(result.path("id").asString()));
        return ids;
    }

    private static final List<String> FILTERS =
            List.of(
                    "",
                    ", \"filter\": {\"kind\": \"k1\"}",
                    ", \"filter\": {\"kind\": {\"$in\": [\"k1\", \"k3\"]}}, \"tenant\": \"t1\"",
                    ", \"filter\": {\"rare\": true}",
                    ", \"filter\": {\"$not\": {\"kind\": \"k2\"}}",
                    ", \"filter\": {\"kind\": \"none\"}",
                    ", \"threshold\": 0.8",
                    ", \"tenant\": \"t2\"");

    @ParameterizedTest
    @ValueSource(strings = {"/search", "/search/hybrid"})
    void answersAsPostgresDoes(String path) {
        var random = new Random(7);
        int answered = 0;
        for (int i = 0; i < 48; i++) {
            String rest =
                    "\"embedding\": %s, \"top_k\": %d%s%s"
                            .formatted(
                                    json(vector(random)),
                                    1 + random.nextInt(60),
                                    FILTERS.get(i % FILTERS.size()),
                                    path.equals("/search/hybrid")
                                            ? ", \"query\": \"river boat\""
                                            : "");

            JsonNode own = search(path, FOLLOWED, rest, "\"exact\": true");
            JsonNode through =
                    search(path, FOLLOWED, rest, "\"exact\": true, \"store\": \"qdrant\"");

            assertThat(through.path("results")).as(rest).isEqualTo(own.path("results"));
            assertThat(through.path("complete")).isEqualTo(own.path("complete"));
            assertThat(through.path("warnings")).isEqualTo(own.path("warnings"));
            assertThat(own.path("store").asString()).isEqualTo("pgvector");
            answered += through.path("store").asString().equals("qdrant") ? 1 : 0;
        }
        assertThat(answered).isGreaterThan(24);
    }

    @Test
    void saysHowItSearched() {
        String rest = "\"embedding\": [1, 0, 0, 0], \"explain\": true, \"top_k\": 3";

        JsonNode steps =
                search("/search", FOLLOWED, rest, "\"store\": \"qdrant\"")
                        .path("explain")
                        .path("steps");

        assertThat(steps.get(0).path("path").asString()).isEqualTo("qdrant");
        assertThat(steps.get(0).path("rows_scanned").asInt()).isEqualTo(13);
        assertThat(steps.get(0).path("plan").path("generation").asInt()).isEqualTo(1);
        assertThat(steps.get(1).path("path").asString()).isEqualTo("compared");
        assertThat(steps).hasSize(2);
    }

    @Test
    void leavesToPostgresWhatItCannotSay() {
        String rest =
                "\"embedding\": [1, 0, 0, 0], \"explain\": true, \"filter\": {\"number\": {\"$gt\": 700}}";

        JsonNode answer = search("/search", FOLLOWED, rest, "\"store\": \"qdrant\"");

        assertThat(answer.path("store").asString()).isEqualTo("pgvector");
        assertThat(answer.path("warnings").get(0).asString())
                .startsWith("PostgreSQL answered instead of qdrant: ");
        assertThat(answer.path("results")).hasSize(10);
        assertThat(answer.path("explain").path("steps").get(0).path("path").asString())
                .isEqualTo("declined");
    }

    @Test
    void refusesAStoreThatIsNotThereOrDoesNotFollow() {
        create("alone");
        Answer unknown =
                service.post(
                        "/search",
                        "{\"collection\": \"alone\", \"embedding\": [1, 0, 0, 0], \"params\": {\"store\": \"milvus\"}}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body().path("errors").get(0).path("message").asString())
                .isEqualTo("is milvus, must be one of: pgvector, qdrant");
        Answer notFollowed =
                service.post(
                        "/search",
                        "{\"collection\": \"alone\", \"embedding\": [1, 0, 0, 0], \"params\": {\"store\": \"qdrant\"}}");
        assertThat(notFollowed.status()).isEqualTo(409);
        assertThat(notFollowed.body().path("code").asString()).isEqualTo("store_not_followed");
        JsonNode own =
                search(
                        "/search",
                        "alone",
                        "\"embedding\": [1, 0, 0, 0]",
                        "\"store\": \"pgvector\"");
        assertThat(own.path("store").asString()).isEqualTo("pgvector");
    }

    /** While the store is away, changes are pending; each is seen by the next search. */
    @Test
    void seesEveryWriteAtOnce() throws Exception {
        try (var slow = QdrantEngine.own();
                Service other =
                        Service.on(
                                PostgresServer.shared(),
                                "tributary.qdrant.enabled=true",
                                "tributary.qdrant.host=" + slow.host(),
                                "tributary.qdrant.port=" + slow.port(),
                                // Changes are applied by nobody during the test.
                                "tributary.follow.poll-interval=1m",
                                "tributary.job.poll-interval=50ms")) {
            Service shared = service;
            service = other;
            try {
                seesEveryWriteAtOnceHere();
            } finally {
                service = shared;
            }
        }
    }

    private static void seesEveryWriteAtOnceHere() {
        create("live");
        float[] near = {1, 0, 0, 0};
        float[] far = {-1, 0, 0, 0};
        List<String> chunks = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            chunks.add(chunk("s" + i, new float[] {1, 0.1f + i * 0.01f, 0, 0}, "boat", "a", "{}"));
        }
        put("live", chunks);
        Answer begun = service.put("/collections/live/stores/qdrant", "{}");
        assertThat(begun.status()).isEqualTo(201);
        await().atMost(PATIENCE)
                .until(() ->
                        service.get("/collections/live/stores/qdrant")
                                .body()
                                .path("state")
                                .asString()
                                .equals("following"));
        String rest = "\"embedding\": [1, 0, 0, 0], \"top_k\": 3, \"tenant\": \"a\"";
        assertThat(sources(rest)).containsExactly("s0", "s1", "s2");

        put("live", List.of(chunk("s0", far, "boat", "a", "{}")));
        assertThat(sources(rest)).containsExactly("s1", "s2", "s3");
        put("live", List.of(chunk("new", near, "boat", "a", "{}")));
        assertThat(sources(rest)).containsExactly("new", "s1", "s2");
        put("live", List.of(chunk("s1", near, "boat", "b", "{}")));
        assertThat(sources(rest)).containsExactly("new", "s2", "s3");
        for (int i = 2; i < 15; i++) {
            Answer deleted =
                    service.post(
                            "/collections/live/chunks/delete", "{\"source_id\": \"s" + i + "\"}");
            assertThat(deleted.body().path("deleted").asInt()).isEqualTo(1);
        }
        // More are gone than were asked for beyond the page, so a second round fills it; the chunk
        // that moved away does not.
        assertThat(sources(rest)).containsExactly("new", "s15", "s16");
        JsonNode answer = search("/search", "live", rest, "\"store\": \"qdrant\"");
        assertThat(answer.path("store").asString()).isEqualTo("qdrant");
        assertThat(answer.path("complete").asBoolean()).isTrue();
    }

    private static List<String> sources(String rest) {
        List<String> sources = new ArrayList<>();
        JsonNode answer = search("/search", "live", rest, "\"store\": \"qdrant\"");
        assertThat(answer.path("warnings")).isEmpty();
        answer.path("results").forEach(hit -> sources.add(hit.path("source_id").asString()));
        return sources;
    }

    @Test
    void measuresTheRecallOfAStore() {
        Answer answer =
                service.post(
                        "/collections/" + FOLLOWED + "/recall",
                        "{\"sample\": 20, \"ef_search\": [50], \"store\": \"qdrant\"}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.body().path("recall").get(0).path("recall").asDouble())
                .isGreaterThan(0.9);
        assertThat(answer.body().path("warnings")).isEmpty();
        Answer unknown =
                service.post("/collections/" + FOLLOWED + "/recall", "{\"store\": \"milvus\"}");
        assertThat(unknown.status()).isEqualTo(400);
    }

    @Test
    void answersWhileTheStoreIsAway() {
        try (var mortal = QdrantEngine.own();
                Service other =
                        Service.on(
                                PostgresServer.shared(),
                                "tributary.qdrant.enabled=true",
                                "tributary.qdrant.timeout=1s",
                                "tributary.qdrant.host=" + mortal.host(),
                                "tributary.qdrant.port=" + mortal.port(),
                                "tributary.job.poll-interval=50ms")) {
            Service shared = service;
            service = other;
            try {
                create("orphan");
                var random = new Random(3);
                put("orphan", IntStream.range(0, 50).mapToObj(i -> chunk(i, random)).toList());
                follow("orphan");
                mortal.kill();

                for (String path : List.of("/search", "/search/hybrid")) {
                    JsonNode answer =
                            search(
                                    path,
                                    "orphan",
                                    path.equals("/search/hybrid")
                                            ? "\"embedding\": [1, 0, 0, 0], \"query\": \"boat\""
                                            : "\"embedding\": [1, 0, 0, 0]",
                                    "\"store\": \"qdrant\"");
                    assertThat(ids(answer)).hasSize(10);
                    assertThat(answer.path("store").asString()).isEqualTo("pgvector");
                    assertThat(answer.path("warnings").get(0).asString())
                            .contains("instead of qdrant");
                }
                put("orphan", List.of(chunk(99, random)));
                mortal.start();
            } finally {
                service = shared;
            }
        }
    }
}

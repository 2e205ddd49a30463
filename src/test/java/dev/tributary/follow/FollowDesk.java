package dev.tributary.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.QdrantProxy;
import dev.tributary.testing.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the tests of derived stores do with a service. */
record FollowDesk(Service service) {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final int DIMENSION = 4;

    /** Settings of a service with this Qdrant. */
    static String[] settings(QdrantEngine engine, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        if (engine.key() != null) {
            all.add("tributary.qdrant.api-key=" + engine.key());
        }
        return settings(engine.host(), engine.port(), all);
    }

    /** Settings of a service that reaches its Qdrant through a proxy. */
    static String[] settings(QdrantProxy proxy, String... more) {
        return settings(proxy.host(), proxy.port(), List.of(more));
    }

    private static String[] settings(String host, int port, List<String> more) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "tributary.qdrant.enabled=true",
                                "tributary.qdrant.host=" + host,
                                "tributary.qdrant.port=" + port,
                                "tributary.qdrant.timeout=10s",
                                "tributary.follow.poll-interval=20ms",
                                "tributary.follow.batch=50",
                                "tributary.follow.drop-after=0s",
                                "tributary.follow.retry-interval=200ms",
                                "tributary.job.poll-interval=50ms"));
        settings.addAll(more);
        return settings.toArray(String[]::new);
    }

    void create(String collection) {
        Answer made =
                service.put("/collections/" + collection, "{\"dimension\": " + DIMENSION + "}");
        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    }

    /** Creates a collection with so many chunks. */
    void fill(String collection, int chunks) {
        create(collection);
        var random = new Random(chunks);
        List<String> some = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            some.add(chunk("s" + i, random));
            if (some.size() == 500 || i == chunks - 1) {
                put(collection, some);
                some.clear();
            }
        }
    }

    static String chunk(String source, Random random) {
        return chunk(source, vector(random), "acme");
    }

    static String chunk(String source, float[] embedding, String tenant) {
        return """
        {"source_id": "%1$s", "chunk_index": 0, "content": "text of %1$s", "tenant": "%3$s",
         "metadata": {"title": "%1$s"}, "embedding": %2$s}
        """
                .formatted(source, JsonMapper.shared().writeValueAsString(embedding), tenant);
    }

    static float[] vector(Random random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    void put(String collection, List<String> chunks) {
        Answer answer =
                service.put(
                        "/collections/" + collection + "/chunks",
                        "{\"chunks\": [" + String.join(",", chunks) + "]}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.body().path("failed").asInt()).as("%s", answer.body()).isZero();
    }

    /** Deletes a chunk that must be there. */
    void delete(String collection, String source) {
        Answer answer =
                service.post(
                        "/collections/" + collection + "/chunks/delete",
                        "{\"source_id\": \"" + source + "\"}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.body().path("deleted").asInt()).as("%s", answer.body()).isOne();
    }

    Answer follow(String collection) {
        return service.put(path(collection), "{}");
    }

    static String path(String collection) {
        return "/collections/" + collection + "/stores/qdrant";
    }

    JsonNode store(String collection) {
        Answer answer = service.get(path(collection));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** Waits until the copy is filled and has every change. */
    JsonNode inStep(String collection) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    JsonNode store = store(collection);
                    assertThat(store.path("state").asString())
                            .as("%s", store)
                            .isEqualTo("following");
                    assertThat(store.path("lag").path("changes").asInt(-1))
                            .as("%s", store)
                            .isZero();
                });
        return store(collection);
    }

    /** Starts a job, waits for its end, and returns it. */
    JsonNode job(String path, String body) {
        Answer answer = service.post(path, body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return end(answer.body().path("id").asString());
    }

    JsonNode end(String job) {
        await().atMost(PATIENCE)
                .until(() ->
                        Set.of("succeeded", "failed", "cancelled")
                                .contains(
                                        service.get("/jobs/" + job)
                                                .body()
                                                .path("status")
                                                .asString()));
        return service.get("/jobs/" + job).body();
    }

    /** The result of a comparison that succeeds. */
    JsonNode verify(String collection, boolean isRepaired) {
        JsonNode job = job(path(collection) + "/verify", "{\"repair\": " + isRepaired + "}");
        assertThat(job.path("status").asString()).as("%s", job).isEqualTo("succeeded");
        return job.path("result");
    }

    /** Asserts that the copy has exactly what the collection has. */
    void requireAlike(String collection) {
        JsonNode result = verify(collection, false);
        for (String finding : List.of("missing", "extra", "different")) {
            assertThat(result.path(finding).path("count").asInt(-1)).as("%s", result).isZero();
        }
        assertThat(result.path("directions").path("different").asInt(-1)).isZero();
        assertThat(result.path("digests").path("copy"))
                .as("%s", result)
                .isEqualTo(result.path("digests").path("collection"));
    }

    /** The names of the collections of these in Qdrant. */
    static Set<String> copies(QdrantEngine engine) throws Exception {
        try (var client = engine.client()) {
            return new TreeSet<>(client.listCollectionsAsync().get());
        }
    }
}

package dev.tributary.recall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RecallIT extends CollectionsIT {
    private static final int DIMENSION = 32;

    private final Random random = new Random(23);

    private Answer recall(String collection, String request) {
        return post("/collections/" + collection + "/recall", request);
    }

    private String filled(int chunks) {
        String collection = create("{\"dimension\": " + DIMENSION + ", \"metric\": \"l2\"}");
        for (int from = 0; from < chunks; from += 1_000) {
            putChunks(collection, chunks(from, Math.min(chunks, from + 1_000)));
        }
        return collection;
    }

    private String[] chunks(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i ->
                        "{\"source_id\": \"%d\", \"metadata\": {\"n\": %d}, \"embedding\": %s}"
                                .formatted(i, i, vector()))
                .toArray(String[]::new);
    }

    private String vector() {
        List<String> components = new ArrayList<>();
        for (int i = 0; i < DIMENSION; i++) {
            components.add(Float.toString((float) random.nextGaussian()));
        }
        return components.toString();
    }

    @Test
    void aCollectionThatIsSearchedExactlyMissesNothing() {
        String collection = filled(300);
        put("/aliases/recall-alias", "{\"collection\": \"" + collection + "\"}");

        Answer answer = recall("recall-alias", "{}");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode body = answer.body();
        assertThat(body.propertyNames())
                .containsExactly("collection", "queries", "top_k", "exact", "recall", "warnings");
        assertThat(body.path("collection").asString()).isEqualTo(collection);
        assertThat(body.path("queries").asInt()).isEqualTo(100);
        assertThat(body.path("top_k").asInt()).isEqualTo(10);
        assertThat(body.path("exact").propertyNames()).containsExactly("p50_ms", "p99_ms");
        assertThat(body.path("exact").path("p50_ms").asDouble()).isPositive();
        assertThat(body.path("recall").valueStream().map(it -> it.path("ef_search").asInt()))
                .containsExactly(10, 20, 40, 80, 100, 200, 400);
        assertThat(body.path("recall"))
                .allSatisfy(at -> {
                    assertThat(at.propertyNames())
                            .containsExactly("ef_search", "recall", "p50_ms", "p99_ms", "short");
                    assertThat(at.path("recall").asDouble()).isEqualTo(1);
                    assertThat(at.path("short").asInt()).isZero();
                    assertThat(at.path("p99_ms").asDouble())
                            .isGreaterThanOrEqualTo(at.path("p50_ms").asDouble());
                });
        assertThat(body.path("warnings")).isEmpty();
    }

    @Test
    void measuresWhatItIsAskedTo() {
        String collection = filled(50);

        JsonNode body =
                recall(
                                collection,
                                """
                                {"sample": 1000, "top_k": 999, "ef_search": [40, 40, 7],
                                 "filter": {"n": {"$lt": 5}}}
                                """)
                        .body();

        assertThat(body.path("queries").asInt()).isEqualTo(50);
        assertThat(body.path("recall").valueStream().map(it -> it.path("ef_search").asInt()))
                .containsExactly(40, 7);
        assertThat(recall(collection, "{\"sample\": 1}").body().path("queries").asInt())
                .isEqualTo(1);
    }

    @Test
    void seesThatAPoorIndexFindsMoreWithABroaderWalk() {
        try (var service =
                Service.on(
                        PostgresServer.shared(),
                        "tributary.recall.share=0",
                        "tributary.pgvector.exact-size-max=0B")) {
            String path = "/collections/poor";
            service.put(
                    path,
                    "{\"dimension\": %d, \"index\": {\"m\": 2, \"ef_construction\": 4}}"
                            .formatted(DIMENSION));
            service.put(
                    path + "/chunks?wait=indexed",
                    "{\"chunks\": [" + String.join(",", chunks(0, 1_000)) + "]}");

            JsonNode body =
                    service.post(path + "/recall", "{\"ef_search\": [10, 100, 1000]}").body();

            System.out.println(body);
            double narrow = body.path("recall").path(0).path("recall").asDouble();
            double broad = body.path("recall").path(2).path("recall").asDouble();
            assertThat(narrow).isBetween(0.01, 0.9);
            assertThat(broad).isGreaterThan(narrow + 0.1);
        }
    }

    @Test
    void measuresOneAtATime() throws Exception {
        String collection = filled(500);
        Callable<Answer> call = () -> recall(collection, "{\"sample\": 500}");

        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Answer> answers =
                    clients.invokeAll(IntStream.range(0, 8).mapToObj(_ -> call).toList()).stream()
                            .map(Future::resultNow)
                            .toList();

            assertThat(answers)
                    .extracting(Answer::status)
                    .contains(200, 409)
                    .containsOnly(200, 409);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() == 409)
                    .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("recall_busy"));
        }
        assertThat(recall(collection, "{\"sample\": 2}").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"sample": 0}                   | sample | is 0, must be 1 to 1,000
                    {"sample": 1001}                | sample | is 1,001, must be 1 to 1,000
                    {"top_k": 0}                    | top_k | is 0, must be 1 to 999
                    {"top_k": 1000}                 | top_k | is 1,000, must be 1 to 999
                    {"ef_search": []}               | ef_search | has 0 values, must have 1 to 20
                    {"ef_search": [10, 1001]}       | ef_search[1] | is 1,001, must be 1 to 1,000
                    {"ef_search": [0]}              | ef_search[0] | is 0, must be 1 to 1,000
                    {"ef_search": [null]}           | ef_search[0] | is null, must be an integer
                    {"ef": [10]}                    | ef | is not known, must be one of: sample, top_k, ef_search, filter, store
                    """)
    void refusesWhatIsOutOfRange(String request, String field, String message) {
        String collection = create("{\"dimension\": 2}");

        Answer answer = recall(collection, request);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).isEqualTo(message);
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        String collection = create("{\"dimension\": 2}");

        Answer answer =
                recall(
                        collection,
                        "{\"sample\": 0, \"top_k\": 0, \"ef_search\": [0],"
                                + " \"filter\": {\"a\": {\"$near\": 1}}}");

        assertThat(answer.body().path("errors").findValuesAsString("field"))
                .startsWith("sample", "top_k", "ef_search[0]")
                .hasSize(4);
    }

    @Test
    void refusesACollectionWithNothingToFind() {
        String collection = create("{\"dimension\": 2}");

        Answer empty = recall(collection, "{}");
        putChunks(collection, "{\"source_id\": \"a\", \"embedding\": [1, 0]}");
        Answer lone = recall(collection, "{}");
        putChunks(collection, "{\"source_id\": \"b\", \"embedding\": [0, 1]}");
        Answer two = recall(collection, "{}");
        Answer filtered = recall(collection, "{\"filter\": {\"a\": 1}}");

        assertThat(List.of(empty, lone, filtered))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(422);
                    assertThat(answer.code()).isEqualTo("too_few_chunks");
                    assertThat(answer.body().path("hint").asString()).isNotEmpty();
                });
        assertThat(lone.fieldMessage()).isEqualTo("has 1, must have at least 2 chunks");
        assertThat(filtered.field()).isEqualTo("filter");
        assertThat(two.status()).isEqualTo(200);
        assertThat(recall("no-such", "{}").code()).isEqualTo("collection_not_found");
    }
}

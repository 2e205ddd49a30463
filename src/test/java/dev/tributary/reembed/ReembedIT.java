package dev.tributary.reembed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.collection.Catalogue;
import dev.tributary.security.Caller;
import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.RecordStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Re-embedding over HTTP, with two models on a server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReembedIT {
    private final TextServer texts = new TextServer();
    private Service service;
    private Desk desk;

    @BeforeAll
    void start() {
        List<String> settings = new ArrayList<>(texts.settings());
        settings.add("tributary.reembed.batch=50");
        settings.add("tributary.job.poll-interval=50ms");
        settings.add("tributary.job.workers=8");
        service = Service.on(PostgresServer.shared(), settings.toArray(String[]::new));
        desk = new Desk(service);
    }

    @AfterEach
    void open() {
        texts.gate(_ -> {});
    }

    @AfterAll
    void stop() {
        service.close();
        texts.close();
    }

    /** Holds the model up until the latch is open; the other latch says that it was asked. */
    private CountDownLatch hold(CountDownLatch asked) {
        var open = new CountDownLatch(1);
        texts.gate(_ -> {
            asked.countDown();
            open.await();
        });
        return open;
    }

    @Test
    void anAliasIsSwitchedToANewCollectionWithEverythingInIt() {
        desk.fill("plain", 120);
        desk.put(
                "plain",
                List.of(
                        """
                        {"id": "00000000-0000-4000-8000-000000000001", "source_type": "wiki",
                         "source_id": "whole", "chunk_index": 2, "content": "all of it",
                         "metadata": {"title": "t", "n": [1, null]}, "tenant": "acme",
                         "acl_digest": "abcd", "cert_refs": ["c"], "boosts": {"fresh": 2.5},
                         "parent_index": 2, "parent_content": "the parent"}
                        """));
        desk.alias("live", "plain");

        Answer answer = desk.ask("live", "{\"model\": \"large\"}");

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        UUID id = UUID.fromString(answer.body().path("id").asString());
        assertThat(answer.header("Location")).isEqualTo("/jobs/" + id);
        assertThat(answer.body().path("kind").asString()).isEqualTo("reembed");
        assertThat(answer.body().path("collection").asString()).isEqualTo("live");
        JsonNode job = desk.succeeded(id);
        assertThat(job.path("processed").asLong()).isEqualTo(121);
        assertThat(job.path("total").asLong()).isEqualTo(121);
        assertThat(job.path("failed").asLong()).isZero();
        assertThat(job.path("result"))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        {"collection": "live-large", "previous": "plain", "name": "live",
                                         "way_back": "PUT /aliases/live {\\"collection\\": \\"plain\\"}"}
                                        """));
        JsonNode collection = service.get("/collections/live").body();
        assertThat(collection.path("name").asString()).isEqualTo("live-large");
        assertThat(collection.path("model").asString()).isEqualTo("large");
        assertThat(collection.path("dimension").asInt()).isEqualTo(TextServer.LARGE);
        assertThat(collection.path("metadata")).hasToString("{\"owner\":\"us\"}");
        Map<String, JsonNode> now = desk.chunks("live");
        Desk.requireLarge(now);
        assertThat(now.keySet()).isEqualTo(desk.chunks("plain").keySet());
        assertThat(now.values().stream().map(ReembedIT::withoutVectors))
                .containsExactlyElementsOf(
                        desk.chunks("plain").values().stream()
                                .map(ReembedIT::withoutVectors)
                                .toList());
        assertThat(desk.leftovers()).containsExactly(0L, 0L, 0L);
    }

    private static Map<String, Object> withoutVectors(JsonNode chunk) {
        Map<String, Object> parts = new TreeMap<>();
        chunk.properties().forEach(part -> parts.put(part.getKey(), part.getValue()));
        parts.keySet().removeAll(List.of("embedding", "token_count", "created_at", "updated_at"));
        return parts;
    }

    @Test
    void theWayBackIsOneCall() {
        desk.fill("there", 5);
        desk.alias("and-back", "there");
        JsonNode result = desk.succeeded(desk.begin("and-back")).path("result");

        desk.alias("and-back", result.path("previous").asString());

        assertThat(desk.resolve("and-back")).isEqualTo("there");
        assertThat(desk.chunks("and-back")).hasSize(5);
    }

    @Test
    void aCollectionsOwnNameBecomesAnAlias() {
        desk.fill("named", 5);
        desk.alias("nickname", "named");

        JsonNode result = desk.succeeded(desk.begin("named")).path("result");

        assertThat(result.path("collection").asString()).isEqualTo("named-large");
        assertThat(result.path("previous").asString()).isEqualTo("named-before");
        assertThat(desk.resolve("named")).isEqualTo("named-large");
        assertThat(desk.resolve("nickname")).isEqualTo("named-large");
        assertThat(desk.resolve("named-before")).isEqualTo("named-before");
        desk.alias("named", "named-before");
        assertThat(desk.resolve("nickname")).isEqualTo("named-before");
    }

    @Test
    void targetAndIndexCanBeChosen() {
        desk.fill("chosen", 3);

        Answer answer =
                desk.ask(
                        "chosen",
                        "{\"model\": \"large\", \"target\": \"picked\", \"index\": {\"type\": \"none\"}}");

        desk.succeeded(UUID.fromString(answer.body().path("id").asString()));
        JsonNode collection = service.get("/collections/chosen").body();
        assertThat(collection.path("name").asString()).isEqualTo("picked");
        assertThat(collection.path("index").path("type").asString()).isEqualTo("none");
    }

    @Test
    void anEmptyCollectionIsSwitchedToo() {
        desk.fill("void", 0);

        JsonNode job = desk.succeeded(desk.begin("void"));

        assertThat(job.path("processed").asLong()).isZero();
        assertThat(desk.resolve("void")).isEqualTo("void-large");
    }

    @Test
    void chunksWithoutContentAreRefusedUnlessTheyAreToBeSkipped() {
        desk.fill("bare", 4);
        desk.put("bare", List.of("{\"source_id\": \"v\", \"embedding\": [1, 2, 3]}"));

        Answer refused = desk.ask("bare", "{\"model\": \"large\"}");
        Answer skipped =
                desk.ask("bare", "{\"model\": \"large\", \"on_missing_content\": \"skip\"}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("missing_content");
        assertThat(refused.fieldMessage()).contains("1 chunks");
        JsonNode job = desk.succeeded(UUID.fromString(skipped.body().path("id").asString()));
        assertThat(job.path("processed").asLong()).isEqualTo(5);
        assertThat(job.path("failed").asLong()).isEqualTo(1);
        assertThat(job.path("errors").path(0).path("item").asString())
                .isEqualTo(new ChunkKey("document", "v", 0).toId().toString());
        assertThat(desk.chunks("bare")).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | invalid_field",
                "{'model': 'small'} | 409 | same_model",
                "{'model': 'unheard-of'} | 422 | unknown_model",
                "{'model': 'large', 'dimension': 9} | 422 | dimension_mismatch",
                "{'model': 'large', 'target': 'refusing'} | 409 | name_taken",
                "{'model': 'large', 'target': 'No Name'} | 400 | invalid_field",
                "{'model': 'large', 'index': {'m': 1}} | 400 | invalid_field",
                "{'model': 'large', 'on_missing_content': 'drop'} | 400 | invalid_field",
                "{'model': 'large', 'speed': 1} | 400 | unknown_field",
            })
    void refusesWhatItCannotDo(String body, int status, String code) {
        service.put("/collections/refusing", "{\"model\": \"small\", \"dimension\": 3}");

        Answer answer = desk.ask("refusing", body.replace('\'', '"'));

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(service.get("/collections/refusing-large").status()).isEqualTo(404);
    }

    @Test
    void aCollectionThatIsNotThereIsMissing() {
        Answer answer = desk.ask("nowhere", "{\"model\": \"large\"}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("collection_not_found");
    }

    @Test
    void aSecondOneIsRefusedWhileOneRuns() throws InterruptedException {
        desk.fill("twice", 5);
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        UUID first = desk.begin("twice");
        asked.await();

        Answer second = desk.ask("twice", "{\"model\": \"large\"}");
        Answer ofTarget = desk.ask("twice-large", "{\"model\": \"small\"}");

        open.countDown();
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.code()).isEqualTo("reembed_running");
        assertThat(second.body().path("detail").asString()).contains(first.toString());
        assertThat(ofTarget.code()).isEqualTo("reembed_running");
        desk.succeeded(first);
    }

    @ParameterizedTest
    @CsvSource({"dropped, false, 404", "held, true, 200"})
    void aCancelledOneLeavesNothingButWhatIsToBeKept(String name, boolean keep, int target)
            throws InterruptedException {
        desk.fill(name, 120);
        desk.alias(name + "-live", name);
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        Answer begun =
                desk.ask(name + "-live", "{\"model\": \"large\", \"keep\": %s}".formatted(keep));
        UUID id = UUID.fromString(begun.body().path("id").asString());
        asked.await();

        service.post("/jobs/" + id + "/cancel", "");

        assertThat(desk.end(id).path("status").asString()).isEqualTo("cancelled");
        open.countDown();
        desk.awaitNoLeftovers();
        assertThat(desk.resolve(name + "-live")).isEqualTo(name);
        assertThat(service.get("/collections/" + name + "-live-large").status()).isEqualTo(target);
        texts.gate(_ -> {});
        desk.succeeded(desk.begin(name + "-live"));
    }

    @Test
    void aCollectionThatIsDeletedMeanwhileFailsTheJob() throws InterruptedException {
        desk.fill("doomed", 120);
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        UUID id = desk.begin("doomed");
        asked.await();

        service.delete("/collections/doomed");

        open.countDown();
        JsonNode job = desk.end(id);
        assertThat(job.path("status").asString()).isEqualTo("failed");
        assertThat(job.path("error").asString()).contains("doomed").contains("deleted");
        desk.awaitNoLeftovers();
        assertThat(service.get("/collections/doomed-large").status()).isEqualTo(404);
    }

    @Test
    void anAliasThatWasMovedMeanwhileIsLeftAlone() throws InterruptedException {
        desk.fill("moving", 5);
        desk.fill("elsewhere", 1);
        desk.alias("moved", "moving");
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        UUID id = desk.begin("moved");
        asked.await();

        desk.alias("moved", "elsewhere");

        open.countDown();
        JsonNode job = desk.end(id);
        assertThat(job.path("status").asString()).isEqualTo("failed");
        assertThat(job.path("error").asString()).contains("now points to elsewhere");
        assertThat(desk.resolve("moved")).isEqualTo("elsewhere");
    }

    @Test
    void theOldCollectionMayBeDeletedAsSoonAsTheNewOneHasTakenOver() {
        desk.fill("left", 5);
        UUID id = desk.begin("left");
        await().atMost(Desk.PATIENCE).until(() -> desk.job(id).has("result"));

        assertThat(service.delete("/collections/left-before").status()).isEqualTo(204);

        desk.succeeded(id);
        assertThat(desk.chunks("left")).hasSize(5);
        desk.awaitNoLeftovers();
    }

    @Test
    void aChunkThatPostgresRefusesFailsAlone() throws Exception {
        desk.fill("picky", 60);
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        UUID id = desk.begin("picky");
        asked.await();
        long target =
                service.bean(Catalogue.class)
                        .resolve(Caller.unrestricted("default"), "picky-large")
                        .ref()
                        .id();
        try (var connection = service.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "ALTER TABLE chunk_%d ADD CHECK (source_id <> 's7')".formatted(target));
        }

        open.countDown();

        JsonNode job = desk.succeeded(id);
        assertThat(job.path("processed").asLong()).isEqualTo(60);
        assertThat(job.path("failed").asLong()).isEqualTo(1);
        assertThat(job.path("errors").path(0).path("item").asString())
                .isEqualTo(id("s7").toString());
        assertThat(desk.contents("picky")).hasSize(59).doesNotContainKey("s7#0");
    }

    @Test
    void chunksThatChangePlacesMeanwhileAreWhereTheyBelong() throws InterruptedException {
        desk.fill("places", 0);
        UUID low = UUID.fromString("00000000-0000-4000-8000-0000000000a0");
        UUID high = UUID.fromString("f0000000-0000-4000-8000-0000000000b0");
        RecordStore store = service.bean(RecordStore.class);
        CollectionRef ref =
                service.bean(Catalogue.class)
                        .resolve(Caller.unrestricted("default"), "places")
                        .ref();
        List<Chunk> between = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            between.add(chunk(new ChunkKey("document", "b" + i, 0).toId(), "b" + i, "between"));
        }
        store.upsert(ref.allRows(), between);
        store.upsert(ref.allRows(), List.of(chunk(low, "one", "low"), chunk(high, "two", "high")));
        var asked = new CountDownLatch(2);
        CountDownLatch open = hold(asked);
        // The first batch, with the lower of the two, goes in; the second one is held up.
        texts.gate(given -> {
            asked.countDown();
            if (asked.getCount() == 0) {
                open.await();
            }
        });
        UUID id = desk.begin("places");
        asked.await();

        store.delete(ref.allRows(), Filter.ids(List.of(low, high)));
        store.upsert(ref.allRows(), List.of(chunk(high, "one", "high"), chunk(low, "two", "low")));

        open.countDown();
        desk.succeeded(id);
        assertThat(desk.contents("places"))
                .hasSize(122)
                .containsEntry("one#0", "high")
                .containsEntry("two#0", "low");
    }

    private static Chunk chunk(UUID id, String source, String content) {
        return new Chunk(
                id,
                new ChunkKey("document", source, 0),
                content + (content.equals("between") ? source : ""),
                null,
                Embedding.copyOf(1, 2, 3),
                Map.of(),
                null,
                null,
                null,
                Map.of(),
                null,
                null);
    }

    @Test
    void theSwitchWaitsForWhatIsWrittenToTheParentOfAllPartitions() throws Exception {
        desk.fill("parent", 5);
        long old =
                service.bean(Catalogue.class)
                        .resolve(Caller.unrestricted("default"), "parent")
                        .ref()
                        .id();
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        UUID id = desk.begin("parent");
        asked.await();
        try (var connection = service.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "UPDATE chunk SET content = 'by sql' WHERE collection_id = %d AND source_id = 's0'"
                            .formatted(old));

            open.countDown();
            await().atMost(Desk.PATIENCE).until(() -> desk.isLocked(false));
            connection.commit();
        }

        desk.succeeded(id);
        assertThat(desk.contents("parent")).hasSize(5).containsEntry("s0#0", "by sql");
        Desk.requireLarge(desk.chunks("parent"));
    }

    private static UUID id(String source) {
        return new ChunkKey("document", source, 0).toId();
    }
}

package dev.tributary.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.Service;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FollowIT {
    private static QdrantEngine engine;
    private static Service service;
    private static FollowDesk desk;

    @BeforeAll
    static void start() {
        engine = QdrantEngine.own();
        service = Service.on(PostgresServer.shared(), FollowDesk.settings(engine));
        desk = new FollowDesk(service);
    }

    @AfterAll
    static void stop() {
        service.close();
        engine.close();
    }

    @Test
    void copiesACollectionAndKeepsItInStep() {
        desk.fill("books", 730);

        Answer begun = desk.follow("books");

        assertThat(begun.status()).as("%s", begun.body()).isEqualTo(201);
        assertThat(begun.body().path("state").asString()).isIn("filling", "following");
        JsonNode store = desk.inStep("books");
        assertThat(store.path("generation").asInt()).isEqualTo(1);
        assertThat(store.path("fill").path("status").asString()).isEqualTo("succeeded");
        assertThat(store.path("fill").path("total").asInt()).isEqualTo(730);
        desk.requireAlike("books");

        var random = new Random(5);
        for (int i = 0; i < 20; i++) {
            desk.put("books", List.of(FollowDesk.chunk("s" + i, random)));
            desk.delete("books", "s" + (100 + i));
            desk.put("books", List.of(FollowDesk.chunk("new" + i, random)));
        }
        desk.inStep("books");
        desk.requireAlike("books");
        assertThat(desk.follow("books").status()).isEqualTo(200);
        assertThat(desk.store("books").path("generation").asInt()).isEqualTo(1);
    }

    @Test
    void rebuildsWithoutMissingWhatIsWrittenMeanwhile() throws Exception {
        desk.fill("papers", 400);
        desk.follow("papers");
        desk.inStep("papers");

        Answer begun = service.post(FollowDesk.path("papers") + "/rebuild", "{}");
        assertThat(begun.status()).as("%s", begun.body()).isEqualTo(202);
        var random = new Random(6);
        for (int i = 0; i < 30; i++) {
            desk.put("papers", List.of(FollowDesk.chunk("s" + i, random)));
            desk.delete("papers", "s" + (100 + i));
        }
        JsonNode job = desk.end(begun.body().path("id").asString());

        assertThat(job.path("status").asString()).as("%s", job).isEqualTo("succeeded");
        assertThat(job.path("result").path("generation").asInt()).isEqualTo(2);
        assertThat(desk.inStep("papers").path("generation").asInt()).isEqualTo(2);
        desk.requireAlike("papers");
        String name = "t" + id("papers");
        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() ->
                        assertThat(FollowDesk.copies(engine))
                                .contains(name + "_g2")
                                .doesNotContain(name + "_g1"));
    }

    @Test
    void findsAndMendsWhatDiffers() throws Exception {
        desk.fill("notes", 300);
        desk.follow("notes");
        desk.inStep("notes");
        String copy = "t" + id("notes") + "_g1";
        try (var client = engine.client()) {
            client.deleteAsync(
                            copy,
                            List.of(io.qdrant.client.PointIdFactory.id(chunkId("notes", "s7"))))
                    .get();
            client.setPayloadAsync(
                            copy,
                            java.util.Map.of("_h", io.qdrant.client.ValueFactory.value("another")),
                            io.qdrant.client.PointIdFactory.id(chunkId("notes", "s9")),
                            true,
                            null,
                            null)
                    .get();
            client.upsertAsync(
                            copy,
                            List.of(
                                    io.qdrant.client.grpc.Points.PointStruct.newBuilder()
                                            .setId(
                                                    io.qdrant.client.PointIdFactory.id(
                                                            java.util.UUID.randomUUID()))
                                            .setVectors(
                                                    io.qdrant.client.VectorsFactory.vectors(
                                                            1, 2, 3, 4))
                                            .putAllPayload(
                                                    java.util.Map.of(
                                                            "_h",
                                                            io.qdrant.client.ValueFactory.value(
                                                                    "stranger"),
                                                            "_v",
                                                            io.qdrant.client.ValueFactory.value(1)))
                                            .build()))
                    .get();
        }

        JsonNode found = desk.verify("notes", false);
        assertThat(found.path("missing").path("count").asInt()).as("%s", found).isEqualTo(1);
        assertThat(found.path("missing").path("examples").get(0).asString())
                .isEqualTo(chunkId("notes", "s7").toString());
        assertThat(found.path("different").path("count").asInt()).isEqualTo(1);
        assertThat(found.path("extra").path("count").asInt()).isEqualTo(1);
        assertThat(found.path("compared").asInt()).isEqualTo(301);
        assertThat(desk.store("notes").path("verification").path("extra").path("count").asInt())
                .isEqualTo(1);

        JsonNode mended = desk.verify("notes", true);
        assertThat(mended.path("repaired").asInt()).as("%s", mended).isEqualTo(3);
        desk.requireAlike("notes");
    }

    @Test
    void lettingGoDropsTheCopyAndTheFollower() throws Exception {
        desk.fill("drafts", 20);
        desk.follow("drafts");
        desk.inStep("drafts");
        String name = "t" + id("drafts") + "_g1";
        assertThat(FollowDesk.copies(engine)).contains(name);

        assertThat(service.delete(FollowDesk.path("drafts")).status()).isEqualTo(204);
        assertThat(service.delete(FollowDesk.path("drafts")).status()).isEqualTo(204);

        assertThat(service.get(FollowDesk.path("drafts")).status()).isEqualTo(409);
        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> assertThat(FollowDesk.copies(engine)).doesNotContain(name));
        desk.follow("drafts");
        assertThat(desk.inStep("drafts").path("generation").asInt()).isPositive();
        desk.requireAlike("drafts");
    }

    @Test
    void aDeletedCollectionTakesItsCopyWithIt() throws Exception {
        desk.fill("gone", 20);
        desk.follow("gone");
        desk.inStep("gone");
        String name = "t" + id("gone") + "_g1";

        assertThat(service.delete("/collections/gone").status()).isEqualTo(204);

        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> assertThat(FollowDesk.copies(engine)).doesNotContain(name));
    }

    @Test
    void refusesWhatIsNotThere() {
        desk.create("empty");

        Answer unknown = service.put("/collections/empty/stores/milvus", "{}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body().path("code").asString()).isEqualTo("store_not_found");
        Answer missing = service.put("/collections/nobody/stores/qdrant", "{}");
        assertThat(missing.status()).isEqualTo(404);
        Answer notFollowed = service.post(FollowDesk.path("empty") + "/verify", "{}");
        assertThat(notFollowed.status()).isEqualTo(409);
        assertThat(notFollowed.body().path("code").asString()).isEqualTo("store_not_followed");
        Answer bad = service.put(FollowDesk.path("empty"), "{\"quantization\": \"int4\"}");
        assertThat(bad.status()).isEqualTo(400);
        Answer impossible = service.put(FollowDesk.path("empty"), "{\"quantization\": \"binary\"}");
        assertThat(impossible.status()).as("%s", impossible.body()).isEqualTo(422);
        assertThat(impossible.body().path("code").asString()).isEqualTo("quantization_unsupported");
        assertThat(service.get(FollowDesk.path("empty")).status()).isEqualTo(409);
        assertThat(service.get("/collections/empty/stores/milvus").status()).isEqualTo(404);
    }

    private static long id(String collection) throws Exception {
        try (var connection = service.connect();
                var row =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT id FROM collection WHERE name = '"
                                                + collection
                                                + "'")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static java.util.UUID chunkId(String collection, String source) throws Exception {
        try (var connection = service.connect();
                var row =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT id FROM chunk_%d WHERE source_id = '%s'"
                                                .formatted(id(collection), source))) {
            row.next();
            return row.getObject(1, java.util.UUID.class);
        }
    }
}

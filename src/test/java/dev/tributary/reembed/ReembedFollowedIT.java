package dev.tributary.reembed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A collection that a derived store follows is re-embedded. */
class ReembedFollowedIT {
    @Test
    void theStoreFollowsTheNewCollectionBeforeTheSwitch() throws Exception {
        try (var texts = new TextServer();
                var engine = QdrantEngine.own()) {
            List<String> settings = new ArrayList<>(texts.settings());
            settings.addAll(
                    List.of(
                            "tributary.qdrant.enabled=true",
                            "tributary.qdrant.host=" + engine.host(),
                            "tributary.qdrant.port=" + engine.port(),
                            "tributary.job.poll-interval=50ms",
                            "tributary.reembed.batch=20"));
            try (Service service =
                    Service.on(PostgresServer.shared(), settings.toArray(String[]::new))) {
                switches(service);
            }
        }
    }

    private static void switches(Service service) {
        var desk = new Desk(service);
        desk.fill("books", 120);
        assertThat(service.put("/collections/books/stores/qdrant", "{}").status()).isEqualTo(201);
        await().atMost(Desk.PATIENCE)
                .until(() -> store(service, "books").path("state").asString().equals("following"));

        UUID job = desk.begin("books");
        desk.put("books", List.of(Desk.chunk("late", 0, "written meanwhile")));
        desk.succeeded(job);

        JsonNode store = store(service, "books");
        assertThat(store.path("collection").asString()).isEqualTo("books-large");
        assertThat(store.path("state").asString()).as("%s", store).isEqualTo("following");
        Answer found =
                service.post(
                        "/search",
                        """
                        {"collection": "books", "query": "written meanwhile", "top_k": 1,
                         "params": {"store": "qdrant"}}
                        """);
        assertThat(found.body().path("store").asString())
                .as("%s", found.body())
                .isEqualTo("qdrant");
        assertThat(found.body().path("results").get(0).path("source_id").asString())
                .isEqualTo("late");
        assertThat(store(service, "books-before").path("state").asString()).isEqualTo("following");
    }

    private static JsonNode store(Service service, String collection) {
        return service.get("/collections/" + collection + "/stores/qdrant").body();
    }
}

package dev.tributary.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service, with a model in a folder, one on a server, one that is away, and Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelsIT {
    private final ModelServer remote = new ModelServer();
    private final ModelServer late = new ModelServer();
    private final RedisServer redis = new RedisServer();
    private Service service;

    @BeforeAll
    void start(@TempDir Path folder) {
        late.say(500, "");
        service =
                Service.on(
                        PostgresServer.shared(),
                        "tributary.embedding.default-model=tiny",
                        "tributary.embedding.redis.url=" + redis.url(),
                        "tributary.embedding.models.tiny.path="
                                + ModelFolders.write(folder, ModelFolders.ofTokens()),
                        "tributary.embedding.models.far.url=" + remote.url(),
                        "tributary.embedding.models.far.attempts-max=1",
                        "tributary.embedding.models.late.url=" + late.url(),
                        "tributary.embedding.models.late.attempts-max=1");
    }

    @AfterEach
    void behave() {
        remote.behave(ModelServer::right);
        late.say(500, "");
    }

    @AfterAll
    void stop() {
        service.close();
        remote.close();
        late.close();
        redis.close();
    }

    @Test
    void listsEveryModelAndHowItIs() {
        JsonNode models = service.get("/models").body().path("models");

        assertThat(models)
                .extracting(model -> model.path("name").asString())
                .containsExactly("tiny", "all-minilm-l6-v2", "far", "late");
        assertThat(models)
                .extracting(model -> model.path("ready").asBoolean())
                .containsExactly(true, true, true, false);
        assertThat(models.get(0).path("runtime").asString()).isEqualTo("in process (onnx)");
        assertThat(models.get(2).path("runtime").asString())
                .isEqualTo("on a server (http://" + remote.url().getAuthority() + ")");
        assertThat(models.get(2).path("dimension").asInt()).isEqualTo(3);
        assertThat(models.get(3).path("dimension").isNull()).isTrue();
        assertThat(models.get(3).path("reason").asString()).contains("500");
    }

    @Test
    void embedsWithEachModel() {
        assertThat(embed("{\"input\": \"a cat\"}").body().path("model").asString())
                .isEqualTo("tiny");
        Answer answer = embed("{\"input\": \"a cat\", \"model\": \"far\"}");

        assertThat(answer.body().path("data").get(0).path("embedding"))
                .extracting(JsonNode::asInt)
                .containsExactly(5, 2, 1);
        assertThat(embed("{\"input\": \"a cat\", \"model\": \"late\"}").code())
                .isEqualTo("model_unavailable");
    }

    @Test
    void aCollectionEmbedsWithItsModel() {
        assertThat(service.put("/collections/cats", "{\"model\": \"far\"}").status())
                .isEqualTo(201);
        Answer document =
                service.put(
                        "/collections/cats/documents/cats.md",
                        "{\"content\": \"A cat sleeps all day.\"}");
        assertThat(document.status()).as("%s", document.body()).isEqualTo(200);

        Answer found =
                service.post(
                        "/search",
                        "{\"collection\": \"cats\", \"query\": \"A cat sleeps all day.\"}");

        assertThat(found.body().path("results").get(0).path("score").asDouble())
                .isBetween(0.9999, 1.0001);
        remote.say(200, "{\"data\": []}");
        assertThat(
                        service.put(
                                        "/collections/cats/documents/dogs.md",
                                        "{\"content\": \"Dogs bark.\"}")
                                .code())
                .isEqualTo("model_answer");
    }

    @Test
    void aCollectionOfAModelThatIsAwayNeedsItsDimension() {
        Answer refused = service.put("/collections/waiting", "{\"model\": \"late\"}");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body().path("hint").asString()).contains("dimension");
        assertThat(
                        service.put(
                                        "/collections/waiting",
                                        "{\"model\": \"late\", \"dimension\": 3}")
                                .status())
                .isEqualTo(201);
    }

    @Test
    void countsWhatTheCachesKnow() {
        embed("{\"input\": \"never seen before\", \"model\": \"far\"}");
        embed("{\"input\": \"never seen before\", \"model\": \"far\"}");

        String metrics = new String(service.get("/actuator/prometheus").response().body(), UTF_8);

        assertThat(metrics)
                .contains("embedding_cache_total{level=\"memory\",result=\"hit\"}")
                .contains("embedding_cache_total{level=\"redis\",result=\"miss\"}");
        assertThat(redis.say("DBSIZE")).isNotEqualTo(":0");
    }

    private Answer embed(String body) {
        return service.post("/embed", body);
    }
}

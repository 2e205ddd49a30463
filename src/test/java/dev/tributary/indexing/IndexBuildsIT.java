package dev.tributary.indexing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.collection.Catalogue;
import dev.tributary.security.Caller;
import dev.tributary.testing.HttpIT;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.VectorStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class IndexBuildsIT extends HttpIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Autowired private Catalogue catalogue;
    @Autowired private VectorStore store;
    @Autowired private IndexBuilds builds;
    @Autowired private JdbcClient jdbc;

    @Test
    void aNewIndexReplacesTheOldOneInTheBackground() {
        create("rebuilt", "{\"dimension\": 2}");
        fill("rebuilt", 20);

        Answer patched =
                patch(
                        "/collections/rebuilt",
                        "{\"index\": {\"precision\": \"float16\", \"m\": 8}}");

        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.body().path("index").path("state").asString()).isEqualTo("building");
        assertThat(patched.body().path("index").path("precision").asString()).isEqualTo("float32");
        assertThat(patched.body().path("index").path("target").path("precision").asString())
                .isEqualTo("float16");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(index("rebuilt"))
                                .hasToString(
                                        "{\"type\":\"hnsw\",\"precision\":\"float16\",\"m\":8,"
                                                + "\"ef_construction\":200,\"state\":\"ready\",\"fresh_rows\":0}"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(annIndexes("rebuilt")).hasSize(1));
    }

    @Test
    void anIndexCanBeTakenAway() {
        create("unindexed", "{\"dimension\": 2}");

        patch("/collections/unindexed", "{\"index\": {\"type\": \"none\"}}");

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(index("unindexed"))
                                .hasToString("{\"type\":\"none\",\"state\":\"none\"}"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(annIndexes("unindexed")).isEmpty());
    }

    @Test
    void aPatchToTheIndexThatIsThereBuildsNothing() {
        create("same", "{\"dimension\": 2}");

        JsonNode index =
                patch("/collections/same", "{\"index\": {\"m\": 16}}").body().path("index");

        assertThat(index.path("state").asString()).isEqualTo("ready");
        assertThat(index.has("target")).isFalse();
    }

    @Test
    void anIvfflatIndexIsBuiltOnceThereAreRowsToLearnFrom() {
        create("clustered", "{\"dimension\": 2, \"index\": {\"type\": \"ivfflat\", \"lists\": 2}}");
        assertThat(index("clustered").path("state").asString()).isEqualTo("none");

        fill("clustered", 100);
        builds.wake();

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(index("clustered").path("state").asString()).isEqualTo("ready"));
    }

    @Test
    void whatADeletionLeftBehindIsDroppedLater() {
        create("left", "{\"dimension\": 2}");
        long id = catalogue.resolve(Caller.unrestricted("default"), "left").ref().id();
        jdbc.sql(
                        """
                        WITH deleted AS (DELETE FROM collection WHERE id = :id RETURNING *)
                        INSERT INTO dropped_collection (id, dimension, metric, language)
                        SELECT id, dimension, metric, language FROM deleted
                        """)
                .param("id", id)
                .update();

        builds.wake();

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        jdbc.sql("SELECT to_regclass(:name) IS NULL")
                                                .param("name", "chunk_" + id)
                                                .query(Boolean.class)
                                                .single())
                                .isTrue());
    }

    private void create(String name, String spec) {
        assertThat(put("/collections/" + name, spec).status()).isEqualTo(201);
    }

    private void fill(String name, int rows) {
        List<Chunk> chunks =
                IntStream.range(0, rows)
                        .mapToObj(i -> new ChunkKey("document", "d", i))
                        .map(IndexBuildsIT::chunk)
                        .toList();
        store.upsert(
                catalogue.resolve(Caller.unrestricted("default"), name).ref().allRows(), chunks);
    }

    private static Chunk chunk(ChunkKey key) {
        return new Chunk(
                key.toId(),
                key,
                null,
                null,
                Embedding.copyOf(1, key.chunkIndex()),
                Map.of(),
                null,
                null,
                null,
                Map.of(),
                null,
                null);
    }

    private JsonNode index(String name) {
        return get("/collections/" + name).body().path("index");
    }

    private List<String> annIndexes(String name) {
        long id = catalogue.resolve(Caller.unrestricted("default"), name).ref().id();
        return jdbc.sql(
                        "SELECT indexname FROM pg_indexes WHERE tablename = :t AND indexname ~ '_ann_'")
                .param("t", "chunk_" + id)
                .query((row, _) -> row.getString(1))
                .list();
    }
}

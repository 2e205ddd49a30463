package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.TextHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The life of chunks over HTTP. */
class ChunkIT extends CollectionsIT {
    private static final String FULL =
            """
            {"source_type": "page", "source_id": "guides/hnsw.md", "chunk_index": 3,
             "content": "A graph of neighbours.", "embedding": [0.5, -1, 2],
             "metadata": {"title": "HNSW", "year": 2016, "ratio": 0.10, "tags": ["a", null, {"b": true}]},
             "tenant": "acme", "acl_digest": "00FFab", "cert_refs": [{"id": 7}, "x"],
             "boosts": {"fresh": 1.5}}
            """;

    @Test
    void isReturnedAsItWasPut() {
        String collection = create("{\"dimension\": 3}");
        String hash = TextHash.of("A graph of neighbours.").toUpperCase(Locale.ROOT);
        String id = new ChunkKey("page", "guides/hnsw.md", 3).toId().toString();

        Answer put =
                putChunks(
                        collection,
                        FULL.replaceFirst("\\{", "{\"content_hash\": \"" + hash + "\", "));

        assertThat(put.status()).isEqualTo(200);
        assertThat(put.body())
                .hasToString(
                        "{\"created\":1,\"updated\":0,\"unchanged\":0,\"failed\":0,\"results\":[{\"id\":\""
                                + id
                                + "\",\"status\":\"created\"}]}");
        JsonNode chunk = get("/collections/" + collection + "/chunks/" + id).body();
        assertThat(chunk.propertyNames())
                .containsExactly(
                        "id",
                        "source_type",
                        "source_id",
                        "chunk_index",
                        "content",
                        "metadata",
                        "tenant",
                        "acl_digest",
                        "cert_refs",
                        "boosts",
                        "content_hash",
                        "created_at",
                        "updated_at");
        assertThat(chunk.path("content").asString()).isEqualTo("A graph of neighbours.");
        assertThat(chunk.path("content_hash").asString()).isEqualToIgnoringCase(hash);
        assertThat(chunk.path("acl_digest").asString()).isEqualTo("00ffab");
        assertThat(chunk.path("metadata"))
                .isEqualTo(
                        json(
                                "{\"title\":\"HNSW\",\"year\":2016,\"ratio\":0.10,\"tags\":[\"a\",null,{\"b\":true}]}"));
        assertThat(chunk.path("cert_refs")).hasToString("[{\"id\":7},\"x\"]");
        assertThat(chunk.path("boosts")).hasToString("{\"fresh\":1.5}");
    }

    @Test
    void anEmbeddingInBase64IsThatOfTheArray() {
        String collection = create("{\"dimension\": 3}");
        String array = "{\"source_id\": \"a\", \"embedding\": [0.5, -1, 2]}";
        putChunks(collection, array);

        Answer same =
                putChunks(
                        collection, "{\"source_id\": \"a\", \"embedding\": \"AAAAPwAAgL8AAABA\"}");

        assertThat(same.body().path("unchanged").asInt()).isEqualTo(1);
        JsonNode list = get("/collections/" + collection + "/chunks?include=embedding").body();
        assertThat(list.path("chunks").path(0).path("embedding")).hasToString("[0.5,-1.0,2.0]");
        assertThat(list.path("chunks").path(0).has("metadata")).isFalse();
    }

    @Test
    void aPutSaysWhatChanged() {
        String collection = create("{\"dimension\": 1}");
        putChunks(collection, chunk("a", 0, 1), chunk("b", 0, 1));
        JsonNode before = get("/collections/" + collection + "/chunks").body();

        Answer answer =
                putChunks(collection, chunk("a", 0, 1), chunk("b", 0, 2), chunk("c", 0, 1), "{}");

        assertThat(texts(answer.body().path("results"), "status"))
                .containsExactly("unchanged", "updated", "created", "failed");
        assertThat(answer.body().path("created").asInt()).isEqualTo(1);
        assertThat(answer.body().path("updated").asInt()).isEqualTo(1);
        assertThat(answer.body().path("unchanged").asInt()).isEqualTo(1);
        assertThat(answer.body().path("failed").asInt()).isEqualTo(1);
        JsonNode unchanged =
                get("/collections/"
                                + collection
                                + "/chunks/"
                                + new ChunkKey("document", "a", 0).toId())
                        .body();
        assertThat(before.path("chunks").valueStream()).contains(unchanged);
    }

    @Test
    void aPutReplacesTheWholeChunk() {
        String collection = create("{\"dimension\": 3}");
        String id = "00000000-0000-4000-8000-000000000001";
        putChunks(collection, FULL.replaceFirst("\\{", "{\"id\": \"" + id + "\", "));

        putChunks(
                collection,
                "{\"id\": \"" + id + "\", \"source_id\": \"other\", \"embedding\": [1, 1, 1]}");

        JsonNode chunk = get("/collections/" + collection + "/chunks/" + id).body();
        assertThat(chunk.propertyNames())
                .containsExactly(
                        "id",
                        "source_type",
                        "source_id",
                        "chunk_index",
                        "metadata",
                        "created_at",
                        "updated_at");
        assertThat(chunk.path("source_id").asString()).isEqualTo("other");
        assertThat(count(collection)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a;b",
                "é語😀",
                "../up",
                "%2F",
                "a\\b",
                "it's \"so\"",
                " ",
                "a\u0001\n\u007f"
            })
    void aSourceIdIsAnyText(String sourceId) {
        String collection = create("{\"dimension\": 1}");
        putChunks(
                collection,
                "{\"source_id\": " + quote(sourceId) + ", \"embedding\": [1]}",
                chunk("other", 0, 1));

        JsonNode result =
                search(
                                collection,
                                "\"embedding\": [1], \"filter\": {\"$source_id\": "
                                        + quote(sourceId)
                                        + "}")
                        .body()
                        .path("results");
        Answer deleted =
                post(
                        "/collections/" + collection + "/chunks/delete",
                        "{\"source_id\": " + quote(sourceId) + "}");

        assertThat(texts(result, "source_id")).containsExactly(sourceId);
        assertThat(deleted.body()).hasToString("{\"deleted\":1}");
        assertThat(count(collection)).isEqualTo(1);
    }

    @Test
    void manyAreFoundInTheOrderAskedFor() {
        String collection = create("{\"dimension\": 1}");
        putChunks(collection, chunk("a", 0, 1), chunk("b", 0, 1), chunk("c", 0, 1));
        String a = new ChunkKey("document", "a", 0).toId().toString();
        String c = new ChunkKey("document", "c", 0).toId().toString();
        String unknown = "00000000-0000-4000-8000-000000000009";

        Answer answer =
                post(
                        "/collections/" + collection + "/chunks/get",
                        "{\"ids\": [\"%s\", \"%s\", \"%s\", \"%s\"], \"include\": []}"
                                .formatted(c, unknown, a.toUpperCase(Locale.ROOT), c));

        assertThat(texts(answer.body().path("chunks"), "id")).containsExactly(c, a);
        assertThat(answer.body().path("chunks").path(0).has("metadata")).isFalse();
    }

    @Test
    void pagesAreStableWhileOthersWrite() {
        String collection = create("{\"dimension\": 1}");
        List<String> chunks = IntStream.range(0, 25).mapToObj(i -> chunk("s" + i, i, 1)).toList();
        putChunks(collection, chunks.toArray(String[]::new));

        List<String> seen = new ArrayList<>();
        String cursor = "";
        int round = 0;
        do {
            JsonNode page =
                    get("/collections/" + collection + "/chunks?limit=10&cursor=" + cursor).body();
            seen.addAll(texts(page.path("chunks"), "source_id"));
            cursor = page.path("next_cursor").asString("");
            putChunks(collection, chunk("new" + round, 0, 1));
            round++;
        } while (!cursor.isEmpty() && round < 10);

        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen).containsAll(IntStream.range(0, 25).mapToObj(i -> "s" + i).toList());
    }

    @Test
    void aScrollKeepsToItsFilter() {
        String collection = create("{\"dimension\": 1}");
        putChunks(
                collection, chunk("a", 0, 1), chunk("a", 1, 1), chunk("a", 2, 1), chunk("b", 0, 1));
        String filter =
                "\"filter\": {\"$source_id\": \"a\"}, \"limit\": 2, \"include\": [\"embedding\"]";

        JsonNode first =
                post("/collections/" + collection + "/chunks/scroll", "{" + filter + "}").body();
        JsonNode second =
                post(
                                "/collections/" + collection + "/chunks/scroll",
                                "{" + filter + ", \"cursor\": " + first.path("next_cursor") + "}")
                        .body();

        assertThat(texts(first.path("chunks"), "source_id")).containsExactly("a", "a");
        assertThat(texts(second.path("chunks"), "source_id")).containsExactly("a");
        assertThat(first.path("chunks").path(0).path("embedding")).hasToString("[1.0]");
        assertThat(second.has("next_cursor")).isFalse();
    }

    @Test
    void isDeletedByIdsByFilterAndBySource() {
        String collection = create("{\"dimension\": 1}");
        putChunks(
                collection,
                chunk("a", 0, 1),
                chunk("a", 1, 1),
                chunk("b", 0, 1),
                chunk("c", 0, 1),
                chunk("d", 0, 1));
        String path = "/collections/" + collection + "/chunks/delete";
        String b =
                "{\"ids\": [\"%1$s\", \"%1$s\"]".formatted(new ChunkKey("document", "b", 0).toId());

        assertThat(post(path, "{\"filter\": {}, \"dry_run\": true}").body())
                .hasToString("{\"deleted\":5}");
        assertThat(post(path, b + ", \"dry_run\": true}").body()).hasToString("{\"deleted\":1}");
        assertThat(count(collection)).isEqualTo(5);
        assertThat(post(path, b + "}").body()).hasToString("{\"deleted\":1}");
        assertThat(post(path, b + "}").body()).hasToString("{\"deleted\":0}");
        assertThat(post(path, "{\"source_id\": \"a\", \"source_type\": \"page\"}").body())
                .hasToString("{\"deleted\":0}");
        assertThat(post(path, "{\"source_id\": \"a\"}").body()).hasToString("{\"deleted\":2}");
        assertThat(post(path, "{\"filter\": {\"$source_id\": \"c\"}}").body())
                .hasToString("{\"deleted\":1}");
        assertThat(count(collection)).isEqualTo(1);
        assertThat(post(path, "{\"filter\": {}}").body()).hasToString("{\"deleted\":1}");
        assertThat(get("/collections/" + collection).body().path("chunks").asLong()).isZero();
    }

    @Test
    void anAliasIsAcceptedInEveryPath() {
        String collection = create("{\"dimension\": 1}");
        String alias = collection + "-alias";
        put("/aliases/" + alias, "{\"collection\": \"" + collection + "\"}");
        String id = new ChunkKey("document", "a", 0).toId().toString();
        String path = "/collections/" + alias + "/chunks";

        assertThat(putChunks(alias, chunk("a", 0, 1)).body().path("created").asInt()).isEqualTo(1);
        assertThat(count(alias)).isEqualTo(1);
        assertThat(get(path).body().path("chunks").size()).isEqualTo(1);
        assertThat(get(path + "/" + id).status()).isEqualTo(200);
        assertThat(post(path + "/get", "{\"ids\": [\"" + id + "\"]}").body().path("chunks").size())
                .isEqualTo(1);
        assertThat(post(path + "/scroll", "{}").body().path("chunks").size()).isEqualTo(1);
        assertThat(sources(search(alias, "\"embedding\": [1]"))).containsExactly("a");
        assertThat(sources(hybrid(alias, "\"query\": \"x\", \"embedding\": [1]")))
                .containsExactly("a");
        assertThat(post(path + "/delete", "{\"ids\": [\"" + id + "\"]}").body())
                .hasToString("{\"deleted\":1}");
        assertThat(count(collection)).isZero();
    }

    @Test
    void namespacesNeverSeeEachOther() {
        String name = create("{\"dimension\": 1}");
        String other = "?namespace=chunk-it-other";
        put("/collections/" + name + other, "{\"dimension\": 2}");
        putChunks(name, chunk("here", 0, 1));
        String id = new ChunkKey("document", "there", 0).toId().toString();

        Answer put =
                put(
                        "/collections/" + name + "/chunks" + other,
                        "{\"chunks\": [{\"source_id\": \"there\", \"embedding\": [1, 2]}]}");

        assertThat(put.body().path("created").asInt()).isEqualTo(1);
        assertThat(get("/collections/" + name + "/chunks/" + id).code())
                .isEqualTo("chunk_not_found");
        assertThat(get("/collections/" + name + "/chunks/" + id + other).status()).isEqualTo(200);
        assertThat(sources(search(name, "\"embedding\": [1]"))).containsExactly("here");
        assertThat(
                        sources(
                                search(
                                        name,
                                        "\"embedding\": [1, 2], \"namespace\": \"chunk-it-other\"")))
                .containsExactly("there");
        assertThat(
                        sources(
                                hybrid(
                                        name,
                                        "\"query\": \"x\", \"embedding\": [1, 2], \"namespace\": \"chunk-it-other\"")))
                .containsExactly("there");
        assertThat(
                        post("/collections/" + name + "/chunks/delete" + other, "{\"filter\": {}}")
                                .body())
                .hasToString("{\"deleted\":1}");
        assertThat(delete("/collections/" + name + other).status()).isEqualTo(204);
        assertThat(count(name)).isEqualTo(1);
    }

    private static String chunk(String source, int index, int value) {
        return "{\"source_id\": \"%s\", \"chunk_index\": %d, \"embedding\": [%d]}"
                .formatted(source, index, value);
    }
}

package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.vector.ChunkKey;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Changes of stored chunks over HTTP. */
class ChunkPatchIT extends CollectionsIT {
    private static final String FULL =
            """
            {"source_id": "a", "content": "A graph of neighbours.", "embedding": [0.5, -1, 2],
             "metadata": {"title": "Graphs", "year": 2016, "author": {"name": "Ann", "born": 1960}, "tags": ["a", "b"]},
             "tenant": "acme", "acl_digest": "00ff", "cert_refs": [{"id": 7}],
             "boosts": {"fresh": 1.5, "old": 2}}
            """;
    private static final String ID = new ChunkKey("document", "a", 0).toId().toString();

    @Autowired private JdbcClient jdbc;

    private String filled() {
        String collection = create("{\"dimension\": 3}");
        putChunks(collection, FULL);
        return collection;
    }

    private Answer patchOne(String collection, String body) {
        return patch("/collections/" + collection + "/chunks/" + ID, body);
    }

    private Answer patchMany(String collection, String fields) {
        return post("/collections/" + collection + "/chunks/patch", "{" + fields + "}");
    }

    private JsonNode stored(String collection) {
        return get("/collections/"
                        + collection
                        + "/chunks/"
                        + ID
                        + "?include=content,metadata,embedding")
                .body();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"year": 2017}               | {"title":"Graphs","year":2017,"author":{"name":"Ann","born":1960},"tags":["a","b"]}
                    {"year": null}               | {"title":"Graphs","author":{"name":"Ann","born":1960},"tags":["a","b"]}
                    {"author": {"born": null, "city": "Ulm"}} | {"title":"Graphs","year":2016,"author":{"name":"Ann","city":"Ulm"},"tags":["a","b"]}
                    {"tags": ["c"]}              | {"title":"Graphs","year":2016,"author":{"name":"Ann","born":1960},"tags":["c"]}
                    {"year": {"from": {"y": 1, "z": null}}} | {"title":"Graphs","year":{"from":{"y":1}},"author":{"name":"Ann","born":1960},"tags":["a","b"]}
                    {"author": "Ann"}            | {"title":"Graphs","year":2016,"author":"Ann","tags":["a","b"]}
                    {"new": [null, {"k": null}]} | {"title":"Graphs","year":2016,"author":{"name":"Ann","born":1960},"tags":["a","b"],"new":[null,{"k":null}]}
                    {"absent": null}             | {"title":"Graphs","year":2016,"author":{"name":"Ann","born":1960},"tags":["a","b"]}
                    null                         | {}
                    """)
    void mergesMetadataAsRfc7396Says(String patch, String expected) {
        String collection = filled();

        Answer answer = patchOne(collection, "{\"metadata\": " + patch + "}");

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.body().path("metadata")).isEqualTo(json(expected));
        assertThat(stored(collection).path("metadata")).isEqualTo(json(expected));
    }

    @Test
    void changesWhatIsGivenAndKeepsTheRest() {
        String collection = filled();
        JsonNode before = stored(collection);

        Answer answer =
                patchOne(
                        collection,
                        "{\"tenant\": \"other\", \"acl_digest\": null, \"boosts\": {\"old\": null, \"new\": 3}}");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode after = stored(collection);
        assertThat(after.path("tenant").asString()).isEqualTo("other");
        assertThat(after.has("acl_digest")).isFalse();
        assertThat(after.path("boosts")).isEqualTo(json("{\"fresh\":1.5,\"new\":3.0}"));
        for (String kept :
                List.of(
                        "content",
                        "embedding",
                        "content_hash",
                        "metadata",
                        "cert_refs",
                        "created_at")) {
            assertThat(after.path(kept)).as(kept).isEqualTo(before.path(kept));
        }
        assertThat(after.path("updated_at")).isNotEqualTo(before.path("updated_at"));
    }

    @Test
    void replacesMetadataAndBoostsIfTold() {
        String collection = filled();

        Answer answer =
                patchOne(
                        collection,
                        "{\"mode\": \"replace\", \"metadata\": {\"n\": null}, \"boosts\": {\"new\": 3}}");

        assertThat(answer.body().path("metadata")).isEqualTo(json("{\"n\":null}"));
        assertThat(answer.body().path("boosts")).isEqualTo(json("{\"new\":3.0}"));
        assertThat(answer.body().path("tenant").asString()).isEqualTo("acme");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                               | metadata   | is required
                    {"mode": "merge"}                | metadata   | is required
                    {"mode": "add", "tenant": "x"}   | mode       | must be merge or replace
                    {"metadata": []}                 | metadata   | must be an object
                    {"content": "x"}                 | content    | is not a field of a patch
                    {"embedding": [1]}               | embedding  | is not a field of a patch
                    {"tenant": ""}                   | tenant     | 1 to 128
                    {"tenant": 5}                    | tenant     | must be a string
                    {"acl_digest": "xyz"}            | acl_digest | hexadecimal
                    {"boosts": {"a": "b"}}           | boosts.a   | must be a number
                    {"boosts": {"a": -1}}            | boosts.a   | 0 to 1,000,000
                    {"metadata": {"a": "\\u0000"}}   | metadata.a | U+0000
                    {"metadata": {"a": 1e99999999999}} | chunk    | cannot be stored
                    {"id": "00000000-0000-4000-8000-000000000001", "tenant": "x"} | id | that of the path
                    [1]                              | chunk      | must be an object
                    """)
    void refusesWhatCannotBeChangedSo(String body, String field, String message) {
        String collection = filled();

        Answer answer = patchOne(collection, body);

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).contains(message);
        assertThat(stored(collection).path("metadata").path("year").asInt()).isEqualTo(2016);
    }

    @Test
    void refusesAMergeThatMakesMetadataTooLarge() {
        String collection = create("{\"dimension\": 1}");
        String half = "x".repeat(40_000);
        putChunks(
                collection,
                "{\"source_id\": \"a\", \"embedding\": [1], \"metadata\": {\"a\": \""
                        + half
                        + "\"}}");

        Answer answer = patchOne(collection, "{\"metadata\": {\"b\": \"" + half + "\"}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo("metadata");
    }

    @Test
    void saysThatThereIsNoSuchChunk() {
        String collection = create("{\"dimension\": 1}");

        assertThat(patchOne(collection, "{\"tenant\": \"x\"}").code()).isEqualTo("chunk_not_found");
        assertThat(patchOne("no-such-collection", "{\"tenant\": \"x\"}").code())
                .isEqualTo("collection_not_found");
    }

    @Test
    void patchesABatchWithAnOutcomeForEach() {
        String collection = filled();
        String other = new ChunkKey("document", "b", 0).toId().toString();
        putChunks(collection, "{\"source_id\": \"b\", \"embedding\": [1, 1, 1]}");
        String same = "{\"id\": \"%s\", \"tenant\": \"x\"}";

        Answer answer =
                patchMany(
                        collection,
                        "\"mode\": \"replace\", \"chunks\": ["
                                + String.join(
                                        ",",
                                        "{\"id\": \"" + ID + "\", \"metadata\": {\"n\": 1}}",
                                        "{\"id\": \"" + other + "\", \"metadata\": {}}",
                                        same.formatted(ID),
                                        same.formatted("00000000-0000-4000-8000-000000000001"),
                                        "{\"tenant\": \"x\"}",
                                        "{\"id\": \"" + other + "\", \"content\": \"x\"}",
                                        "null")
                                + "]");

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        JsonNode results = answer.body().path("results");
        assertThat(texts(results, "status"))
                .containsExactly(
                        "updated", "unchanged", "failed", "failed", "failed", "failed", "failed");
        assertThat(results.path(2).path("error").asString()).contains("appears twice");
        assertThat(results.path(3).path("error").asString()).contains("does not exist");
        assertThat(results.path(4).path("error").asString()).isEqualTo("id is required");
        assertThat(results.path(5).path("error").asString()).startsWith("content is not a field");
        assertThat(results.path(5).path("id").asString()).isEqualTo(other);
        assertThat(answer.body().path("updated").asInt()).isEqualTo(1);
        assertThat(answer.body().path("unchanged").asInt()).isEqualTo(1);
        assertThat(answer.body().path("failed").asInt()).isEqualTo(5);
        assertThat(stored(collection).path("metadata")).isEqualTo(json("{\"n\":1}"));
    }

    @Test
    void takesOneToAThousandOfThem() {
        String collection = filled();
        List<String> many =
                Collections.nCopies(1_001, "{\"id\": \"" + ID + "\", \"tenant\": \"x\"}");

        assertThat(patchMany(collection, "\"chunks\": []").field()).isEqualTo("chunks");
        assertThat(patchMany(collection, "").field()).isEqualTo("chunks");
        assertThat(patchMany(collection, "\"chunks\": " + many).field()).isEqualTo("chunks");
        assertThat(patchMany(collection, "\"mode\": \"add\", \"chunks\": []").status())
                .isEqualTo(400);
    }

    @Test
    void findsTheWordsOfANewTitle() {
        String collection = filled();

        patchOne(collection, "{\"metadata\": {\"title\": \"Lattices\"}}");
        patchOne(collection, "{\"metadata\": {\"title\": \"Sieves\"}}");

        String text = "\"fusion\": {\"weights\": {\"vector\": 0}}, \"query\": ";
        assertThat(sources(hybrid(collection, text + "\"sieves\""))).containsExactly("a");
        assertThat(sources(hybrid(collection, text + "\"neighbours\""))).containsExactly("a");
        assertThat(sources(hybrid(collection, text + "\"lattices\""))).isEmpty();
    }

    @Test
    void followersOfTheCollectionAreToldOfIt() {
        String collection = filled();
        long id =
                jdbc.sql("SELECT id FROM collection WHERE name = ?")
                        .param(collection)
                        .query(Long.class)
                        .single();
        jdbc.sql("SELECT follow_chunk_changes(?::integer, 'patched')")
                .param(id)
                .query((_, _) -> true)
                .single();

        patchOne(collection, "{\"metadata\": {\"title\": \"Graphs\"}}");
        assertThat(told(id)).isEmpty();
        patchMany(collection, "\"chunks\": [{\"id\": \"" + ID + "\", \"tenant\": \"x\"}]");

        assertThat(told(id)).containsExactly(ID);
    }

    private List<@Nullable String> told(long collection) {
        return jdbc.sql("SELECT chunk_id::text FROM chunk_change WHERE collection_id = ?")
                .param(collection)
                .query(String.class)
                .list();
    }
}

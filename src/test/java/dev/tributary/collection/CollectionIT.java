package dev.tributary.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class CollectionIT extends HttpIT {
    @Autowired private JdbcClient jdbc;

    @Test
    void fillsInEveryDefault() {
        Answer created = put("/collections/defaults", "{\"dimension\": 3}");

        assertThat(created.status()).isEqualTo(201);
        JsonNode body = created.body();
        assertThat(body.propertyNames())
                .containsExactly(
                        "namespace",
                        "name",
                        "dimension",
                        "metric",
                        "language",
                        "text",
                        "metadata",
                        "index",
                        "chunks",
                        "bytes",
                        "storage",
                        "aliases",
                        "created_at",
                        "updated_at");
        assertThat(body.path("namespace").asString()).isEqualTo("default");
        assertThat(body.path("metric").asString()).isEqualTo("cosine");
        assertThat(body.path("language").asString()).isEqualTo("english");
        assertThat(body.path("text"))
                .hasToString("{\"k1\":1.2,\"b\":0.75,\"title_weight\":2,\"fold_accents\":true}");
        assertThat(body.path("chunks").asLong()).isZero();
        assertThat(body.path("bytes").asLong()).isPositive();
        assertThat(body.path("index"))
                .hasToString(
                        "{\"type\":\"hnsw\",\"precision\":\"float32\",\"m\":16,"
                                + "\"ef_construction\":200,\"state\":\"ready\",\"fresh_rows\":0}");
        assertThat(get("/collections/defaults").body()).isEqualTo(body);
    }

    @Test
    void keepsWhatItWasGiven() {
        Answer created =
                put(
                        "/collections/given?namespace=team-a",
                        """
                        {"dimension": 2, "metric": "inner_product", "language": "german",
                         "text": {"k1": 0, "title_weight": 10},
                         "description": "Texte", "metadata": {"owner": {"id": 0.10}, "none": null},
                         "index": {"type": "hnsw", "precision": "float16", "m": 8, "ef_construction": 40}}
                        """);

        assertThat(created.status()).isEqualTo(201);
        JsonNode body = get("/collections/given?namespace=team-a").body();
        assertThat(body.path("metric").asString()).isEqualTo("inner_product");
        assertThat(body.path("language").asString()).isEqualTo("german");
        assertThat(body.path("text"))
                .hasToString("{\"k1\":0.0,\"b\":0.75,\"title_weight\":10,\"fold_accents\":false}");
        assertThat(body.path("description").asString()).isEqualTo("Texte");
        assertThat(body.path("metadata")).hasToString("{\"none\":null,\"owner\":{\"id\":0.1}}");
        assertThat(body.path("index").path("precision").asString()).isEqualTo("float16");
        assertThat(body.path("index").path("m").asInt()).isEqualTo(8);
        assertThat(get("/collections/given").status()).isEqualTo(404);
    }

    @Test
    void takesTheDimensionOfItsModel() {
        Answer created = put("/collections/modelled", "{\"model\": \"all-minilm-l6-v2\"}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().path("dimension").asInt()).isEqualTo(384);
        assertThat(created.body().path("model").asString()).isEqualTo("all-minilm-l6-v2");
    }

    @Test
    void aRepeatedPutChangesNothing() {
        String spec =
                "{\"dimension\": 3, \"description\": \"d\", \"metadata\": {\"a\": 1e2, \"b\": [1.0]}}";
        Answer first = put("/collections/twice", spec);

        Answer second = put("/collections/twice", spec);

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"dimension": 4}                                | dimension 3 instead of 4
                    {"dimension": 3, "metric": "l2"}                | metric cosine instead of l2
                    {"dimension": 3, "language": "german"}          | language english instead of german
                    {"model": "all-minilm-l6-v2"}                   | model none instead of all-minilm-l6-v2
                    {"dimension": 3, "description": "other"}        | description d instead of other
                    {"dimension": 3, "metadata": {"a": 2}}          | different metadata
                    {"dimension": 3, "text": {"k1": 2}}             | text.k1 1.2 instead of 2.0
                    {"dimension": 3, "text": {"b": 0}}              | text.b 0.75 instead of 0.0
                    {"dimension": 3, "text": {"title_weight": 1}}   | text.title_weight 2 instead of 1
                    {"dimension": 3, "text": {"fold_accents": false}} | text.fold_accents true instead of false
                    {"dimension": 3, "index": {"m": 32}}            | a different index
                    """)
    void aPutThatDiffersSaysInWhat(String spec, String difference) {
        put(
                "/collections/otherwise",
                "{\"dimension\": 3, \"description\": \"d\", \"metadata\": {\"a\": 1}}");

        Answer answer = put("/collections/otherwise", spec);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("collection_exists");
        assertThat(answer.body().path("detail").asString()).contains(difference);
        assertThat(answer.body().path("hint").asString()).contains("PATCH");
    }

    @Test
    void ofTwentyPutsAtOnceOneCreates() throws Exception {
        Callable<Integer> put = () -> put("/collections/contended", "{\"dimension\": 3}").status();

        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers =
                    clients.invokeAll(IntStream.range(0, 20).mapToObj(_ -> put).toList());

            assertThat(answers.stream().map(Future::resultNow).filter(it -> it == 201)).hasSize(1);
            assertThat(answers.stream().map(Future::resultNow).filter(it -> it == 200)).hasSize(19);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                                          | dimension | is missing; without a model, it must be given
                    {"dimension": null}                                         | dimension | is missing; without a model, it must be given
                    {"dimension": 0}                                            | dimension | is 0, must be 1 to 16,000
                    {"dimension": 16001}                                        | dimension | is 16,001, must be 1 to 16,000
                    {"dimension": 3, "metric": "manhattan"}                     | metric | is "manhattan", must be one of cosine, l2, inner_product
                    {"dimension": 3, "language": "en'; DROP TABLE x"}           | language | must be the name of a text search configuration
                    {"dimension": 3, "text": {"k1": -0.1}}                      | text.k1 | is -0.1, must be 0 to 10
                    {"dimension": 3, "text": {"k1": 10.1}}                      | text.k1 | is 10.1, must be 0 to 10
                    {"dimension": 3, "text": {"b": 1.01}}                       | text.b | is 1.01, must be 0 to 1
                    {"dimension": 3, "text": {"title_weight": 11}}              | text.title_weight | is 11, must be 0 to 10
                    {"dimension": 3, "text": {"title_weight": -1}}              | text.title_weight | is -1, must be 0 to 10
                    {"dimension": 3, "text": {"k2": 1}}                         | text.k2 | is not known, must be one of: k1, b, title_weight, fold_accents
                    {"dimension": 3, "description": "a\\u0000b"}                | description | has U+0000 at position 1, which cannot be stored
                    {"dimension": 3, "metadata": {"a": {"b": "\\u0000"}}}       | metadata.a.b | has U+0000 at position 0, which cannot be stored
                    {"dimension": 3, "index": {"m": 1}}                         | index.m | is 1, must be 2 to 100
                    {"dimension": 3, "index": {"m": 101}}                       | index.m | is 101, must be 2 to 100
                    {"dimension": 3, "index": {"ef_construction": 31}}          | index.ef_construction | is 31, must be 32 to 1,000
                    {"dimension": 3, "index": {"ef_construction": 1001}}        | index.ef_construction | is 1,001, must be 32 to 1,000
                    {"dimension": 3, "index": {"lists": 10}}                    | index.lists | cannot be combined with type hnsw
                    {"dimension": 3, "index": {"type": "ivfflat", "m": 16}}     | index.m | cannot be combined with type ivfflat
                    {"dimension": 3, "index": {"type": "ivfflat", "lists": 0}}  | index.lists | is 0, must be 1 to 32,768
                    {"dimension": 3, "index": {"type": "none", "ef_construction": 200}} | index.ef_construction | cannot be combined with type none
                    {"dimension": 3, "index": {"type": "none", "precision": "float16"}} | index.precision | cannot be combined with type none
                    {"dimension": 3, "index": {"type": "flat"}}                 | index.type | is "flat", must be one of hnsw, ivfflat, none
                    """)
    void refusesAFieldThatIsOutOfBounds(String spec, String field, String message) {
        Answer answer = put("/collections/refused", spec);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).isEqualTo(message);
        assertThat(get("/collections/refused").status()).isEqualTo(404);
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        Answer answer =
                put(
                        "/collections/refused",
                        "{\"dimension\": 0, \"language\": \"-\", \"text\": {\"k1\": 11, \"b\": 2,"
                                + " \"title_weight\": 11}, \"index\": {\"m\": 0}}");

        assertThat(answer.body().path("errors").findValuesAsString("field"))
                .containsExactly(
                        "dimension",
                        "language",
                        "text.k1",
                        "text.b",
                        "text.title_weight",
                        "index.m");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"model": "gpt-99"}                                                 | unknown_model | model
                    {"model": "all-minilm-l6-v2", "dimension": 3}                       | dimension_mismatch | dimension
                    {"dimension": 3, "language": "klingon"}                             | unknown_language | language
                    {"dimension": 2001, "index": {"precision": "float32"}}              | dimension_too_high | index.precision
                    {"dimension": 4001, "index": {"precision": "float16"}}              | dimension_too_high | index.precision
                    """)
    void refusesWhatIsWellFormedAndImpossible(String spec, String code, String field) {
        Answer answer = put("/collections/impossible", spec);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.body().path("hint").asString()).isNotEmpty();
        assertThat(get("/collections/impossible").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"2000, float32", "2001, float16", "4000, float16", "4001, binary", "16000, binary"})
    void indexesInTheFinestPrecisionThatFits(int dimension, String precision) {
        String path = "/collections/wide-" + dimension;

        Answer answer = put(path, "{\"dimension\": " + dimension + "}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("index").path("precision").asString()).isEqualTo(precision);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPPER",
                "-a",
                "_a",
                "a.b",
                "a%20b",
                "a%22%3BDROP%20TABLE%20collection",
                "%C3%A9",
                "a%2Fb"
            })
    void refusesWhatCannotBeAName(String name) {
        assertThat(put("/collections/" + name, "{\"dimension\": 3}").field())
                .isEqualTo("collection");
        assertThat(get("/collections/" + name).field()).isEqualTo("collection");
        assertThat(get("/collections/a?namespace=" + name).field()).isEqualTo("namespace");
        assertThat(put("/aliases/" + name, "{\"collection\": \"a\"}").field()).isEqualTo("alias");
    }

    @Test
    void aNameHas63CharactersAtMost() {
        assertThat(put("/collections/" + "x".repeat(63), "{\"dimension\": 1}").status())
                .isEqualTo(201);
        assertThat(put("/collections/" + "x".repeat(64), "{\"dimension\": 1}").status())
                .isEqualTo(400);
    }

    @Test
    void listsPageByPageInOrderOfNames() {
        for (String name : List.of("b-2", "a_1", "c", "b")) {
            put("/collections/" + name + "?namespace=listed", "{\"dimension\": 1}");
        }

        JsonNode first = get("/collections?namespace=listed&limit=3").body();
        JsonNode second =
                get("/collections?namespace=listed&cursor=" + first.path("next_cursor").asString())
                        .body();

        assertThat(names(first)).containsExactly("a_1", "b", "b-2");
        assertThat(names(second)).containsExactly("c");
        assertThat(second.has("next_cursor")).isFalse();
        assertThat(names(get("/collections?namespace=empty").body())).isEmpty();
        assertThat(get("/collections?limit=0").field()).isEqualTo("limit");
        assertThat(get("/collections?limit=1001").field()).isEqualTo("limit");
    }

    private static List<String> names(JsonNode page) {
        return StreamSupport.stream(page.path("collections").spliterator(), false)
                .map(it -> it.path("name").asString())
                .toList();
    }

    @Test
    void aDeletedCollectionIsGoneWithItsAliasesAndRows() {
        put("/collections/doomed", "{\"dimension\": 1}");
        put("/aliases/doomed-alias", "{\"collection\": \"doomed\"}");
        long id = id("doomed");

        assertThat(delete("/collections/doomed").status()).isEqualTo(204);

        assertThat(delete("/collections/doomed").status()).isEqualTo(404);
        assertThat(get("/collections/doomed").code()).isEqualTo("collection_not_found");
        assertThat(get("/collections/doomed-alias").status()).isEqualTo(404);
        assertThat(
                        jdbc.sql("SELECT to_regclass(:name) IS NULL")
                                .param("name", "chunk_" + id)
                                .query(Boolean.class)
                                .single())
                .isTrue();
        assertThat(put("/collections/doomed", "{\"dimension\": 2}").status()).isEqualTo(201);
    }

    private long id(String name) {
        return jdbc.sql("SELECT id FROM collection WHERE namespace = 'default' AND name = :name")
                .param("name", name)
                .query(Long.class)
                .single();
    }

    @Test
    void aPatchChangesWhatItNames() {
        put(
                "/collections/patched",
                "{\"dimension\": 3, \"description\": \"old\", \"metadata\": {\"a\": 1}}");

        patch("/collections/patched", "{\"metadata\": {\"b\": 2}}");
        JsonNode body = patch("/collections/patched", "{\"description\": \"new\"}").body();

        assertThat(body.path("description").asString()).isEqualTo("new");
        assertThat(body.path("metadata")).hasToString("{\"b\":2}");
        JsonNode cleared = patch("/collections/patched", "{\"description\": \"\"}").body();
        assertThat(cleared.has("description")).isFalse();
        assertThat(patch("/collections/patched", "{\"description\": null}").status())
                .isEqualTo(200);
    }

    @Test
    void aPatchChangesHowWordsAreRanked() {
        put("/collections/ranked", "{\"dimension\": 3, \"text\": {\"title_weight\": 5}}");

        JsonNode k1 = patch("/collections/ranked", "{\"text\": {\"k1\": 0.5}}").body();
        JsonNode b = patch("/collections/ranked", "{\"text\": {\"b\": 1}}").body();

        assertThat(k1.path("text"))
                .hasToString("{\"k1\":0.5,\"b\":0.75,\"title_weight\":5,\"fold_accents\":true}");
        assertThat(b.path("text"))
                .hasToString("{\"k1\":0.5,\"b\":1.0,\"title_weight\":5,\"fold_accents\":true}");
        assertThat(patch("/collections/ranked", "{\"description\": \"d\"}").body().path("text"))
                .isEqualTo(b.path("text"));
        assertThat(put("/collections/ranked", "{\"dimension\": 3, \"text\": {\"b\": 1}}").status())
                .isEqualTo(200);
    }

    @Test
    void aPatchCannotChangeWhatStoredWordsDependOn() {
        put("/collections/titled", "{\"dimension\": 3}");

        Answer answer =
                patch(
                        "/collections/titled",
                        "{\"text\": {\"k1\": 11, \"title_weight\": 2, \"fold_accents\": false}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("errors").findValuesAsString("field"))
                .containsExactly("text.k1", "text.title_weight", "text.fold_accents");
        assertThat(answer.body().path("hint").asString()).contains("part of the stored data");
        assertThat(patch("/collections/titled", "{\"text\": {\"b\": -1}}").fieldMessage())
                .isEqualTo("is -1.0, must be 0 to 1");
        assertThat(get("/collections/titled").body().path("text").path("k1").asDouble())
                .isEqualTo(1.2);
    }

    @Test
    void readsTextWithoutSpaces() {
        Answer answer = put("/collections/cjk", "{\"dimension\": 3, \"language\": \"cjk\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("language").asString()).isEqualTo("cjk");
    }

    @Test
    void aPatchCannotChangeWhatIsFixed() {
        put("/collections/fixed", "{\"dimension\": 3}");

        Answer answer = patch("/collections/fixed", "{\"dimension\": 4}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("unknown_field");
        assertThat(patch("/collections/absent", "{}").status()).isEqualTo(404);
        assertThat(patch("/collections/fixed", "{\"index\": {\"lists\": 5}}").field())
                .isEqualTo("index.lists");
    }
}

package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.vector.ChunkKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SearchIT extends CollectionsIT {
    private String collection = "";

    @BeforeAll
    void fill() {
        collection = create("{\"dimension\": 2}");
        putChunks(
                collection,
                "{\"source_id\": \"east\", \"content\": \"the rising sun\", \"embedding\": [1, 0],"
                        + " \"metadata\": {\"n\": 1}, \"tenant\": \"one\"}",
                "{\"source_id\": \"north-east\", \"content\": \"a sun and a star\", \"embedding\": [1, 1],"
                        + " \"source_type\": \"page\", \"acl_digest\": \"AB\"}",
                "{\"source_id\": \"north\", \"content\": \"the pole star\", \"embedding\": [0, 1],"
                        + " \"tenant\": \"two\", \"acl_digest\": \"cd\"}",
                "{\"source_id\": \"west\", \"embedding\": [-1, 0]}");
    }

    @Test
    void theAnswerHasTheOfficialShape() {
        JsonNode body = search(collection, "\"embedding\": [1, 0], \"top_k\": 1").body();

        assertThat(body.propertyNames())
                .containsExactly("results", "complete", "warnings", "store", "took_ms");
        assertThat(body.path("store").asString()).isEqualTo("pgvector");
        assertThat(body.path("complete").asBoolean()).isTrue();
        assertThat(body.path("warnings").isEmpty()).isTrue();
        assertThat(body.path("took_ms").asDouble()).isPositive();
        assertThat(body.path("results").path(0))
                .hasToString(
                        "{\"id\":\""
                                + id("document", "east")
                                + "\",\"score\":1.0,\"distance\":0.0,\"source_type\":\"document\",\"source_id\":\"east\",\"chunk_index\":0,\"content\":\"the rising sun\",\"metadata\":{\"n\":1}}");
    }

    @Test
    void aHybridAnswerShowsItsLegs() {
        JsonNode results =
                hybrid(collection, "\"query\": \"sun\", \"embedding\": [1, 0]")
                        .body()
                        .path("results");

        assertThat(texts(results, "source_id"))
                .containsExactly("east", "north-east", "north", "west");
        JsonNode first = results.path(0);
        assertThat(first.propertyNames())
                .containsExactly(
                        "id",
                        "score",
                        "distance",
                        "source_type",
                        "source_id",
                        "chunk_index",
                        "content",
                        "metadata",
                        "legs");
        assertThat(first.path("score").asDouble()).isCloseTo(2.0 / 61, within(1e-12));
        assertThat(first.path("legs").path("vector")).hasToString("{\"rank\":1,\"distance\":0.0}");
        assertThat(first.path("legs").path("text").propertyNames())
                .containsExactly("rank", "score");
        assertThat(results.path(2).path("legs").has("text")).isFalse();
    }

    @Test
    void aWeightOf0SwitchesALegOff() {
        Answer words =
                hybrid(
                        collection,
                        "\"query\": \"star\", \"fusion\": {\"weights\": {\"vector\": 0}}");
        Answer vectors =
                hybrid(
                        collection,
                        "\"query\": \"star\", \"embedding\": [1, 0], \"fusion\": {\"weights\": {\"text\": 0}}");

        assertThat(sources(words)).containsExactlyInAnyOrder("north", "north-east");
        assertThat(words.body().path("results").path(0).has("distance")).isFalse();
        assertThat(words.body().path("results").path(0).path("legs").propertyNames())
                .containsExactly("text");
        assertThat(sources(vectors)).containsExactly("east", "north-east", "north", "west");
        assertThat(vectors.body().path("results").path(0).path("legs").propertyNames())
                .containsExactly("vector");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "top_k": 2                                  | east north-east
                    "threshold": 0.5                            | east north-east
                    "threshold": 1                              | east
                    "threshold": -1                             | east north-east north west
                    "source_type": "page"                       | north-east
                    "tenant": "two"                             | north
                    "acl": []                                   | east west
                    "acl": ["ab"]                               | east north-east west
                    "acl": ["AB", "cD"], "tenant": "two"        | north
                    "filter": {"n": 1}                          | east
                    "filter": {"n": {"$ne": 1}}, "tenant": "two" | north
                    "filter": {}                                | east north-east north west
                    "params": {"exact": true}                   | east north-east north west
                    "params": {"ef_search": 1, "exact": false}  | east north-east north west
                    "top_k": null, "params": {}                 | east north-east north west
                    """)
    void keepsToWhatIsAskedFor(String fields, String expected) {
        Answer answer = search(collection, "\"embedding\": [1, 0], " + fields);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(sources(answer)).containsExactly(expected.split(" "));
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    []                       |
                    ["content"]              | content
                    ["metadata"]             | metadata
                    ["embedding"]            | embedding
                    ["embedding", "content"] | content embedding
                    """)
    void includesWhatIsAskedFor(String include, String fields) {
        JsonNode result =
                search(collection, "\"embedding\": [1, 0], \"top_k\": 1, \"include\": " + include)
                        .body()
                        .path("results")
                        .path(0);

        assertThat(result.propertyNames().stream().skip(6))
                .containsExactly(fields == null ? new String[0] : fields.split(" "));
    }

    @Test
    void likeSearchesWithAStoredChunkAndLeavesItOut() {
        String like = "\"like\": \"" + id("page", "north-east") + '"';

        assertThat(sources(search(collection, like + ", \"top_k\": 2")))
                .containsExactlyInAnyOrder("east", "north");
        assertThat(sources(search(collection, like + ", \"filter\": {\"n\": 1}")))
                .containsExactly("east");
        assertThat(sources(hybrid(collection, like + ", \"query\": \"sun\"")))
                .doesNotContain("north-east");
        assertThat(
                        sources(
                                hybrid(
                                        collection,
                                        like
                                                + ", \"query\": \"star\", \"fusion\": {\"weights\": {\"vector\": 0}}")))
                .containsExactly("north");
    }

    @Test
    void anEmbeddingInBase64IsThatOfTheArray() {
        JsonNode array = search(collection, "\"embedding\": [1, 0]").body().path("results");
        JsonNode base64 =
                search(collection, "\"embedding\": \"AACAPwAAAAA=\"").body().path("results");

        assertThat(base64).isEqualTo(array);
    }

    @ParameterizedTest
    @CsvSource({"cosine, 0.7071", "l2, 0.5", "inner_product, 1.0"})
    void aScoreIsHigherForWhatIsNearer(String metric, double score) {
        String measured = create("{\"dimension\": 2, \"metric\": \"" + metric + "\"}");
        putChunks(measured, "{\"source_id\": \"a\", \"embedding\": [1, 1]}");

        Answer answer = search(measured, "\"embedding\": [1, 0]");
        Answer above = search(measured, "\"embedding\": [1, 0], \"threshold\": " + (score + 0.001));
        Answer below = search(measured, "\"embedding\": [1, 0], \"threshold\": " + (score - 0.001));

        assertThat(answer.body().path("results").path(0).path("score").asDouble())
                .isCloseTo(score, within(1e-4));
        assertThat(sources(above)).isEmpty();
        assertThat(sources(below)).containsExactly("a");
    }

    @Test
    void theLargestNumbersThatAreTakenGiveFiniteDistances() {
        for (String metric : new String[] {"cosine", "l2", "inner_product"}) {
            String large = create("{\"dimension\": 2, \"metric\": \"" + metric + "\"}");
            putChunks(
                    large,
                    "{\"source_id\": \"a\", \"embedding\": [8e18, 4e18]}",
                    "{\"source_id\": \"b\", \"embedding\": [-8e18, -4e18]}",
                    "{\"source_id\": \"c\", \"embedding\": [1e-14, 0]}");

            Answer answer = search(large, "\"embedding\": [8e18, 4e18]");

            assertThat(sources(answer)).containsExactly("a", "c", "b");
            assertThat(answer.body().path("results").valueStream())
                    .allMatch(
                            hit -> hit.path("distance").isNumber() && hit.path("score").isNumber());
        }
    }

    @Test
    void aTextSearchesByTheModel() {
        String modelled = create("{\"model\": \"all-minilm-l6-v2\"}");
        putChunks(
                modelled,
                "{\"source_id\": \"cat\", \"content\": \"A cat sleeps on the sofa.\"}",
                "{\"source_id\": \"tax\", \"content\": \"Value added tax is due in March.\"}");

        assertThat(sources(search(modelled, "\"query\": \"a resting kitten\"")))
                .containsExactly("cat", "tax");
        assertThat(sources(hybrid(modelled, "\"query\": \"When is tax due?\""))).startsWith("tax");
        assertThat(
                        sources(
                                hybrid(
                                        modelled,
                                        "\"query\": \"tax\", \"fusion\": {\"weights\": {\"vector\": 0}}")))
                .containsExactly("tax");
    }

    private static String id(String type, String source) {
        return new ChunkKey(type, source, 0).toId().toString();
    }
}

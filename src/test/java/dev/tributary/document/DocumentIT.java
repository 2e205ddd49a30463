package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Documents over HTTP, with the real model. */
class DocumentIT extends CollectionsIT {
    private String collection = "";

    @BeforeAll
    void createCollection() {
        collection = create("{\"model\": \"all-minilm-l6-v2\"}");
    }

    @Test
    void isSplitEmbeddedAndFound() {
        String path = "/collections/" + collection + "/documents/found.md";

        Answer put =
                put(
                        path,
                        "{\"content\": \"# Rivers\\n\\nThe Nile flows north.\", \"title\": \"Water\","
                                + " \"metadata\": {\"lang\": \"en\"}, \"tenant\": \"acme\"}");

        assertThat(put.status()).isEqualTo(200);
        assertThat(put.body())
                .hasToString("{\"chunks\":1,\"embedded\":1,\"reused\":0,\"deleted\":0}");
        JsonNode chunk =
                search(
                                collection,
                                "\"query\": \"Where does the Nile go?\", \"filter\": {\"$source_id\": \"found.md\"}, \"tenant\": \"acme\"")
                        .body()
                        .path("results")
                        .path(0);
        assertThat(chunk.path("source_type").asString()).isEqualTo("document");
        assertThat(chunk.path("chunk_index").asInt()).isZero();
        assertThat(chunk.path("content").asString()).contains("The Nile flows north.");
        assertThat(chunk.path("metadata").path("title").asString()).isEqualTo("Water");
        assertThat(chunk.path("metadata").path("lang").asString()).isEqualTo("en");
        assertThat(chunk.path("score").asDouble()).isGreaterThan(0.5);
    }

    @Test
    void frontMatterIsMetadataBelowThatOfTheRequest() {
        String path = "/collections/" + collection + "/documents/front.md";

        put(
                path,
                "{\"content\": \"---\\ntitle: Pumps\\ntags: [a, b]\\nlang: de\\npage: 7\\n---\\n\\nOpen the"
                        + " valve.\", \"metadata\": {\"lang\": \"en\"}}");

        JsonNode chunk =
                search(
                                collection,
                                "\"query\": \"valve\", \"filter\": {\"$source_id\": \"front.md\"}")
                        .body()
                        .path("results")
                        .path(0);
        assertThat(chunk.path("content").asString()).isEqualTo("Open the valve.");
        assertThat(chunk.path("metadata"))
                .hasToString("{\"lang\":\"en\",\"tags\":[\"a\",\"b\"],\"title\":\"Pumps\"}");
    }

    @Test
    void whatHasNotChangedIsNotEmbeddedAgain() {
        String path = "/collections/" + collection + "/documents/growing.txt";
        String text =
                IntStream.range(0, 60)
                        .mapToObj(i ->
                                "Sentence "
                                        + i
                                        + " tells of tributary "
                                        + i % 7
                                        + " and its mouth.")
                        .collect(Collectors.joining(" "));
        JsonNode first = put(path, "{\"content\": \"" + text + "\"}").body();

        JsonNode again = put(path, "{\"content\": \"" + text + "\"}").body();
        JsonNode retitled = put(path, "{\"content\": \"" + text + "\", \"title\": \"T\"}").body();
        JsonNode longer = put(path, "{\"content\": \"" + text + " It ends in the sea.\"}").body();
        JsonNode shorter = put(path, "{\"content\": \"It ends.\"}").body();

        int chunks = first.path("chunks").asInt();
        assertThat(chunks).isGreaterThan(2);
        assertThat(first.path("embedded").asInt()).isEqualTo(chunks);
        assertThat(again)
                .hasToString(
                        "{\"chunks\":%1$d,\"embedded\":0,\"reused\":%1$d,\"deleted\":0}"
                                .formatted(chunks));
        assertThat(retitled).isEqualTo(again);
        assertThat(longer.path("embedded").asInt()).isLessThanOrEqualTo(2);
        assertThat(shorter.path("chunks").asInt()).isEqualTo(1);
        assertThat(shorter.path("deleted").asInt()).isEqualTo(longer.path("chunks").asInt() - 1);
        assertThat(count(collection, "{\"$source_id\": \"growing.txt\"}")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    guides%2Fhnsw.md    | guides/hnsw.md
                    %25                 | %
                    a%2525              | a%25
                    a%3Bb               | a;b
                    %2E%2E%2Fup         | ../up
                    ..                  | ..
                    %2E                 | .
                    %2F                 | /
                    a%2F%2Fb%2F         | a//b/
                    a%5Cb               | a\\b
                    a%20b+c             | a b+c
                    %C3%A9%E8%AA%9E%F0%9F%98%80 | é語😀
                    %3Fq=1%23x          | ?q=1#x
                    ~!$&'()*,=:@        | ~!$&'()*,=:@
                    """)
    void aSourceIdIsAnyTextPercentEncoded(String encoded, String sourceId) {
        String path = "/collections/" + collection + "/documents/" + encoded;
        String filter = "{\"$source_id\": " + quote(sourceId) + "}";

        assertThat(put(path, "{\"content\": \"Short.\"}").body().path("chunks").asInt())
                .isEqualTo(1);

        assertThat(count(collection, filter)).isEqualTo(1);
        assertThat(delete(path).body()).hasToString("{\"deleted\":1}");
        assertThat(delete(path).body()).hasToString("{\"deleted\":0}");
        assertThat(count(collection, filter)).isZero();
    }

    @Test
    void aSourceTypeIsPartOfItsName() {
        String path = "/collections/" + collection + "/documents/typed";
        put(path, "{\"content\": \"One.\"}");
        put(path, "{\"content\": \"Two.\", \"source_type\": \"page\"}");

        assertThat(count(collection, "{\"$source_id\": \"typed\"}")).isEqualTo(2);
        assertThat(delete(path + "?source_type=page").body()).hasToString("{\"deleted\":1}");
        assertThat(count(collection, "{\"$source_id\": \"typed\"}")).isEqualTo(1);
    }

    @Test
    void anAliasAndANamespaceAreAccepted() {
        String query = "?namespace=document-it";
        put("/collections/docs" + query, "{\"model\": \"all-minilm-l6-v2\"}");
        put("/aliases/current" + query, "{\"collection\": \"docs\"}");

        Answer put = put("/collections/current/documents/a" + query, "{\"content\": \"Short.\"}");

        assertThat(put.body().path("chunks").asInt()).isEqualTo(1);
        assertThat(post("/collections/docs/count" + query, "{}").body())
                .hasToString("{\"count\":1}");
        assertThat(delete("/collections/current/documents/a" + query).body())
                .hasToString("{\"deleted\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                                        | 400 | content
                    {"content": null}                                         | 400 | content
                    {"content": 5}                                            | 400 | content
                    {"content": "a\\u0000"}                                   | 400 | content
                    {"content": "a\\ud800"}                                   | 400 | content
                    {"content": "a", "title": "\\u0000"}                      | 400 | title
                    {"content": "a", "content_type": "application/json"}      | 400 | content_type
                    {"content": "a", "chunking": {"strategy": "semantic"}}    | 400 | chunking.strategy
                    {"content": "a", "chunking": {"size": 15}}                | 400 | chunking.size
                    {"content": "a", "chunking": {"size": 257}}               | 422 | chunking.size
                    {"content": "a", "chunking": {"overlap": -1}}             | 400 | chunking.overlap
                    {"content": "a", "chunking": {"size": 64, "overlap": 33}} | 400 | chunking.overlap
                    {"content": "a", "chunking": {"stride": 5}}               | 400 | chunking.stride
                    {"content": "a", "chunking": []}                          | 400 | chunking
                    {"content": "a", "metadata": []}                          | 400 | metadata
                    {"content": "a", "metadata": {"a": {"\\u0000": 1}}}       | 400 | metadata.a
                    {"content": "a", "metadata": {"a": 1e400}}                | 400 | metadata.a
                    {"content": "a", "tenant": ""}                            | 400 | tenant
                    {"content": "a", "source_type": ""}                       | 400 | source_type
                    {"content": "a", "source_id": "b"}                        | 400 | source_id
                    """)
    void aBadOneLeavesTheOldOne(String body, int status, String field) {
        String path = "/collections/" + collection + "/documents/kept";
        put(path, "{\"content\": \"Kept.\"}");

        Answer answer = put(path, body);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(sources(search(collection, "\"query\": \"Kept.\", \"top_k\": 1")))
                .containsExactly("kept");
    }

    @Test
    void aSourceIdOver512IsRefused() {
        String path = "/collections/" + collection + "/documents/" + "x".repeat(513);

        assertThat(put(path, "{\"content\": \"a\"}").field()).isEqualTo("source_id");
        assertThat(delete(path).field()).isEqualTo("source_id");
    }

    @Test
    void needsACollectionWithAModel() {
        String bare = create("{\"dimension\": 3}");

        Answer answer = put("/collections/" + bare + "/documents/a", "{\"content\": \"a\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("no_model");
        assertThat(put("/collections/nowhere/documents/a", "{\"content\": \"a\"}").code())
                .isEqualTo("collection_not_found");
    }
}

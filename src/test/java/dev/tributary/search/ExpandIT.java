package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Parents instead of chunks, over HTTP. */
class ExpandIT extends CollectionsIT {
    private String collection = "";

    /** Source a: parents of chunks 0 to 1 and 2 to 3; b: one of 0 to 2; c: none. */
    @BeforeAll
    void fill() {
        collection = create("{\"dimension\": 1, \"metric\": \"l2\", \"language\": \"simple\"}");
        Answer put =
                putChunks(
                        collection,
                        child("a", 0, 0, "first of a", "the first parent of a", 1),
                        child("a", 1, 0, "second of a", null, 2),
                        child("a", 2, 2, "third of a", "the second parent of a", 7),
                        child("a", 3, 2, "fourth of a", null, 4),
                        child("b", 0, 0, "first of b", "the parent of b", 5),
                        child("b", 1, 0, "second of b", null, 3),
                        child("b", 2, 0, "third of b", null, 8),
                        "{\"source_id\": \"c\", \"content\": \"alone\", \"embedding\": [6]}");
        assertThat(put.body().path("created").asInt()).as(put.body().toString()).isEqualTo(8);
    }

    private static String child(
            String source, int index, int parent, String content, @Nullable String whole, int at) {
        return "{\"source_id\": \"%s\", \"chunk_index\": %d, \"parent_index\": %d, \"content\": %s, \"embedding\": [%d]%s}"
                .formatted(
                        source,
                        index,
                        parent,
                        quote(content),
                        at,
                        whole == null ? "" : ", \"parent_content\": " + quote(whole));
    }

    @Test
    void chunksOfAParentAreOneResultWithItsContent() {
        Answer answer = expand("\"embedding\": [0], \"top_k\": 4");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(texts(results(answer), "content"))
                .containsExactly(
                        "the first parent of a",
                        "the parent of b",
                        "the second parent of a",
                        "alone");
        assertThat(indexes(answer)).containsExactly(0, 1, 3, 0);
        assertThat(results(answer).path(0).path("parent"))
                .hasToString("{\"chunk_index\":0,\"chunks\":[0,1]}");
        assertThat(results(answer).path(1).path("parent"))
                .hasToString("{\"chunk_index\":0,\"chunks\":[1]}");
        assertThat(results(answer).path(2).path("parent"))
                .hasToString("{\"chunk_index\":2,\"chunks\":[3]}");
        assertThat(results(answer).path(3).has("parent")).isFalse();
        assertThat(results(answer).path(0).has("group")).isFalse();
        assertThat(results(answer).path(0).path("distance").asDouble()).isEqualTo(1);
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    @Test
    void asManyParentsAsAskedForComeBackHoweverManyChunksEachHas() {
        assertThat(sources(expand("\"embedding\": [0], \"top_k\": 2"))).containsExactly("a", "b");
        assertThat(sources(expand("\"embedding\": [0], \"top_k\": 10"))).hasSize(4);
    }

    @Test
    void aHybridSearchMergesByParentToo() {
        Answer answer =
                post(
                        "/search/hybrid",
                        "{\"collection\": \"%s\", \"query\": \"fourth\", \"embedding\": [8], \"expand\": \"parent\", \"top_k\": 2}"
                                .formatted(collection));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(texts(results(answer), "content"))
                .containsExactly("the second parent of a", "the parent of b");
        assertThat(indexes(answer)).containsExactly(3, 2);
        assertThat(results(answer).path(0).path("legs").has("text")).isTrue();
    }

    @Test
    void filtersSeeChunksAndDiversityPicksAmongParents() {
        Answer filtered =
                expand("\"embedding\": [0], \"filter\": {\"$chunk_index\": {\"$gte\": 2}}");
        Answer diverse = expand("\"embedding\": [0], \"diversity\": 0.1, \"top_k\": 3");

        assertThat(indexes(filtered)).containsExactly(3, 2);
        assertThat(texts(results(filtered), "content"))
                .containsExactly("the second parent of a", "the parent of b");
        assertThat(results(diverse)).hasSize(3);
    }

    @Test
    void contentsThatAreNotIncludedAreNotLookedUp() {
        Answer answer = expand("\"embedding\": [0], \"top_k\": 1, \"include\": []");

        assertThat(results(answer).path(0).has("content")).isFalse();
        assertThat(results(answer).path(0).path("parent").path("chunk_index").asInt()).isZero();
    }

    @Test
    void aParentThatIsNotFoundLeavesTheChunkWithAWarning() {
        String lost = create("{\"dimension\": 1, \"metric\": \"l2\"}");
        putChunks(
                lost,
                child("x", 1, 0, "the first chunk is gone", null, 1),
                child("y", 0, 0, "whole", "the parent of y", 2));

        Answer answer = search(lost, "\"embedding\": [0], \"expand\": \"parent\"");

        assertThat(texts(results(answer), "content"))
                .containsExactly("the first chunk is gone", "the parent of y");
        assertThat(answer.body().path("warnings").path(0).asString())
                .startsWith("the parents of 1 results were not found");
    }

    @Test
    void aHierarchicalDocumentIsSearchedByItsChunksAndReturnedByItsSections() {
        String documents = create("{\"model\": \"all-minilm-l6-v2\"}");
        put(
                "/collections/" + documents + "/documents/guide.md",
                """
                {"content": "# Cats\\n\\nA cat sleeps sixteen hours a day. It dreams of mice.\\n\\n# Dogs\\n\\nA dog barks. It guards the house at night.",
                 "chunking": {"strategy": "hierarchical", "size": 16, "overlap": 0, "parent_size": 32}}\
                """);

        Answer answer =
                search(
                        documents,
                        "\"query\": \"who guards the house?\", \"expand\": \"parent\", \"top_k\": 1");

        assertThat(texts(results(answer), "content"))
                .containsExactly("# Dogs\n\nA dog barks. It guards the house at night.");
        assertThat(results(answer).path(0).path("metadata").path("headings"))
                .hasToString("[\"Dogs\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "expand": "document"                        | expand     | parent
                    "expand": "parent", "group_by": "source_id" | expand     | group_by
                    "expand": "parent", "group_size": 2         | group_size | group_by
                    """)
    void whatCannotBeExpandedIsRefused(String fields, String field, String named) {
        Answer answer = search(collection, "\"embedding\": [0], " + fields);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).contains(named);
    }

    private Answer expand(String fields) {
        return search(collection, fields + ", \"expand\": \"parent\"");
    }

    private static JsonNode results(Answer answer) {
        return answer.body().path("results");
    }

    private static List<Integer> indexes(Answer answer) {
        return results(answer).valueStream().map(it -> it.path("chunk_index").asInt()).toList();
    }
}

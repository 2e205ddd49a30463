package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadRefinementIT extends CollectionsIT {
    private String collection = "";

    @BeforeAll
    void fill() {
        collection = create("{\"dimension\": 2}");
        putChunks(
                collection,
                "{\"source_id\": \"fox\", \"content\": \"the quick fox\", \"embedding\": [1, 0]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "boost": 5                                     | boost | is an integer, must be a string
                    "boost": "a\\u0000"                            | boost | has U+0000 at position 1, which cannot be stored
                    "group_by": ["a"]                              | group_by | is an array, must be a string
                    "group_by": "$embedding"                       | group_by | is $embedding, must be a path into the metadata or one of id, source_type, source_id, chunk_index, parent_index, tenant, created_at, updated_at
                    "group_by": "a\\ud800"                         | group_by | has half of a surrogate pair at position 1
                    "group_by": "a", "group_size": 0               | group_size | is 0, must be 1 to 100
                    "group_by": "a", "group_size": 101             | group_size | is 101, must be 1 to 100
                    "group_by": "a", "group_size": 1.5             | group_size | is a number, must be an integer
                    "group_by": "a", "group_size": 100, "top_k": 11 | group_size | is 100 with top_k 11, their product must be at most 1,000
                    "group_size": 2                                | group_size | is given without group_by
                    "group_by": "a", "diversity": 0.1              | diversity | cannot be combined with group_by
                    "diversity": -0.1                              | diversity | is -0.1, must be 0 to 1
                    "diversity": 1.1                               | diversity | is 1.1, must be 0 to 1
                    "diversity": NaN                               | diversity | is NaN, must be 0 to 1
                    "diversity": "0.5"                             | diversity | is a string, must be a number
                    "rerank": true                                 | rerank | is true or false, must be an object
                    "rerank": "model"                              | rerank | is a string, must be an object
                    "rerank": {"model": 5}                         | rerank.model | is an integer, must be a string
                    "rerank": {"top_n": 0}                         | rerank.top_n | is 0, must be 1 to 10
                    "rerank": {"top_n": 11}                        | rerank.top_n | is 11, must be 1 to 10
                    "rerank": {"top_n": 4}, "top_k": 3             | rerank.top_n | is 4, must be 1 to 3
                    "rerank": {"topn": 4}                          | rerank.topn |
                    "explain": "true"                              | explain | is a string, must be true or false
                    "explain": 1                                   | explain | is an integer, must be true or false
                    """)
    void refusesAFieldThatIsWrong(String fields, String field, String message) {
        Answer hybrid = hybrid(collection, "\"query\": \"fox\", \"embedding\": [1, 0], " + fields);
        Answer search = search(collection, "\"query\": \"fox\", " + fields);

        for (Answer answer : new Answer[] {hybrid, search}) {
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
            assertThat(answer.field()).isEqualTo(field);
            if (message != null) {
                assertThat(answer.fieldMessage()).isEqualTo(message);
            }
        }
    }

    @Test
    void rerankNeedsATextToScoreAgainst() {
        Answer answer = search(collection, "\"embedding\": [1, 0], \"rerank\": {}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo("query");
        assertThat(answer.fieldMessage()).contains("rerank");
    }

    @Test
    void aRerankerThatIsNotThereIsRefusedBeforeAnythingIsSearched() {
        Answer answer =
                post(
                        "/search/hybrid",
                        "{\"collection\": \"nowhere\", \"query\": \"fox\", \"rerank\": {\"model\": \"x\"}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("unknown_model");
        assertThat(answer.field()).isEqualTo("rerank.model");
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        Answer answer =
                search(
                        collection,
                        "\"embedding\": [1, 0], \"top_k\": 0, \"boost\": \"\\u0000\", \"group_by\": \"$a\","
                                + " \"group_size\": 0, \"diversity\": 2, \"rerank\": {}, \"params\": {\"ef_search\": 0}");

        assertThat(texts(answer.body().path("errors"), "field"))
                .containsExactlyInAnyOrder(
                        "top_k",
                        "boost",
                        "group_by",
                        "group_size",
                        "diversity",
                        "query",
                        "params.ef_search");
    }

    @Test
    void groupsOf100AreTakenUpTo1000HitsTogether() {
        Answer most =
                search(
                        collection,
                        "\"embedding\": [1, 0], \"group_by\": \"a\", \"group_size\": 100, \"top_k\": 10");
        Answer widest =
                search(
                        collection,
                        "\"embedding\": [1, 0], \"group_by\": \"a\", \"top_k\": 1000, \"diversity\": 0");

        assertThat(sources(most)).containsExactly("fox");
        assertThat(sources(widest)).containsExactly("fox");
    }
}

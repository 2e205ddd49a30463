package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadSearchIT extends CollectionsIT {
    private String collection = "";

    @BeforeAll
    void fill() {
        collection = create("{\"dimension\": 2}");
        putChunks(
                collection,
                "{\"source_id\": \"fox\", \"content\": \"the quick fox\", \"embedding\": [1, 0]}",
                "{\"source_id\": \"dog\", \"content\": \"a lazy dog\", \"embedding\": [0, 1]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "top_k": 10                                          | query | or embedding or like is required: exactly one, not 0
                    "query": "a", "embedding": [1, 0]                    | query | or embedding or like is required: exactly one, not 2
                    "embedding": null                                    | query | or embedding or like is required: exactly one, not 0
                    "query": ""                                          | query | is blank
                    "query": " \\t\\r\\n\\u2003"                         | query | is blank
                    "query": 5                                           | query | is an integer, must be a string
                    "query": ["a"]                                       | query | is an array, must be a string
                    "query": "a\\u0000"                                  | query | has U+0000 at position 1, which cannot be stored
                    "query": "a\\ud800"                                  | query | has half of a surrogate pair at position 1
                    "embedding": [1, 0], "top_k": 0                      | top_k | is 0, must be 1 to 1,000
                    "embedding": [1, 0], "top_k": -1                     | top_k | is -1, must be 1 to 1,000
                    "embedding": [1, 0], "top_k": 1001                   | top_k | is 1,001, must be 1 to 1,000
                    "embedding": [1, 0], "top_k": 1.5                    | top_k | is a number, must be an integer
                    "embedding": [1, 0], "top_k": "10"                   | top_k | is a string, must be an integer
                    "embedding": [1, 0], "top_k": true                   | top_k | is true or false, must be an integer
                    "embedding": [1, 0], "top_k": 10000000000            | top_k | is out of range, must be an integer
                    "embedding": [1, 0], "threshold": NaN                | threshold | is NaN, must be finite
                    "embedding": [1, 0], "threshold": 1e999              | threshold | is Infinity, must be finite
                    "embedding": [1, 0], "threshold": "high"             | threshold | is a string, must be a number
                    "embedding": [1, 0], "params": {"ef_search": 0}      | params.ef_search | is 0, must be 1 to 1,000
                    "embedding": [1, 0], "params": {"ef_search": 1001}   | params.ef_search | is 1,001, must be 1 to 1,000
                    "embedding": [1, 0], "params": {"exact": "true"}     | params.exact | is a string, must be true or false
                    "embedding": [1, 0], "params": []                    | params | is an array, must be an object
                    "embedding": [1, 0], "include": ["vector"]           | include[0] | is "vector", must be one of content, metadata, embedding
                    "embedding": [1, 0], "include": ["CONTENT"]          | include[0] | is "CONTENT", must be one of content, metadata, embedding
                    "embedding": [1, 0], "include": "content"            | include | is a string, must be an array
                    "embedding": [1, 0], "include": [null]               | include[0] | is null, must be one of content, metadata, embedding
                    "embedding": [1, 0], "acl": ["xyz"]                  | acl[0] | must be 1 to 64 bytes in hexadecimal
                    "embedding": [1, 0], "acl": "ab"                     | acl | is a string, must be an array
                    "embedding": [1, 0], "tenant": ""                    | tenant | has 0 characters, must have 1 to 128
                    "embedding": [1, 0], "tenant": "\\u0000"             | tenant | has U+0000 at position 0, which cannot be stored
                    "embedding": [1, 0], "source_type": ""               | source_type | has 0 characters, must have 1 to 64
                    "embedding": [1, 0], "namespace": "A b"              | namespace | is "A b", must be 1 to 63 of a-z, 0-9, _ and -, and not begin with _ or -
                    "embedding": "no base64!"                            | embedding | is a string that is not base64
                    "embedding": "AACAPwAA"                              | embedding | is base64 of 6 bytes, must be 4 bytes a component
                    "embedding": [[1, 0]]                                | embedding | has no number at position 0
                    "embedding": [1, "0"]                                | embedding | has no number at position 1
                    "embedding": 1                                       | embedding | must be an array of numbers or base64 of little-endian float32
                    "like": "x"                                          | like | is "x", must be a UUID
                    """)
    void refusesAFieldThatIsWrong(String fields, String field, String message) {
        Answer answer = search(collection, fields);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_field");
        assertThat(answer.field()).isEqualTo(field);
        assertThat(answer.fieldMessage()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "embedding": [1, 0]                                              | query
                    "query": "fox", "embedding": [1, 0], "fusion": {"k": 0}          | fusion.k
                    "query": "fox", "embedding": [1, 0], "fusion": {"k": 1001}       | fusion.k
                    "query": "fox", "embedding": [1, 0], "fusion": {"candidates": 0} | fusion.candidates
                    "query": "fox", "embedding": [1, 0], "fusion": {"candidates": 1001} | fusion.candidates
                    "query": "fox", "embedding": [1, 0], "fusion": {"weights": {"text": -1}} | fusion.weights.text
                    "query": "fox", "embedding": [1, 0], "fusion": {"weights": {"vector": 1e7}} | fusion.weights.vector
                    "query": "fox", "embedding": [1, 0], "fusion": {"weights": {"vector": NaN}} | fusion.weights.vector
                    "query": "fox", "embedding": [1, 0], "fusion": {"weights": {"vector": 0, "text": 0}} | fusion.weights
                    "query": "fox", "embedding": [1, 0], "fusion": {"weights": [1, 1]} | fusion.weights
                    "query": "fox", "embedding": [1, 0], "like": "00000000-0000-4000-8000-000000000001" | like
                    """)
    void refusesAFusionThatIsWrong(String fields, String field) {
        Answer answer = hybrid(collection, fields);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "topk": 5                                   | topk
                    "params": {"ef": 5}                         | params.ef
                    "fusion": {"rrf_k": 5}                      | fusion.rrf_k
                    "fusion": {"weights": {"dense": 1}}         | fusion.weights.dense
                    "Query": "a"                                | Query
                    """)
    void refusesAFieldThatIsNotKnown(String fields, String field) {
        Answer answer = hybrid(collection, "\"query\": \"fox\", \"embedding\": [1, 0], " + fields);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("unknown_field");
        assertThat(answer.field()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "embedding": [1]                  | 422 | dimension_mismatch | embedding
                    "embedding": [1, 0, 0]            | 422 | dimension_mismatch | embedding
                    "embedding": []                   | 422 | dimension_out_of_range | embedding
                    "embedding": [0, 0]               | 422 | zero_vector | embedding
                    "embedding": [1e-40, 0]           | 422 | zero_vector | embedding
                    "embedding": [3e38, 3e38]         | 422 | norm_out_of_range | embedding
                    "embedding": [1, NaN]             | 422 | not_finite | embedding
                    "embedding": [1, -Infinity]       | 422 | not_finite | embedding
                    "embedding": [1, 1e999]           | 422 | not_finite | embedding
                    "embedding": "AACAPwAAwH8="       | 422 | not_finite | embedding
                    "query": "a fox"                  | 422 | no_model | query
                    "like": "00000000-0000-4000-8000-000000000001" | 404 | chunk_not_found |
                    """)
    void refusesWhatIsWellFormedAndImpossible(
            String fields, int status, String code, String field) {
        Answer answer = search(collection, fields);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.field()).isEqualTo(field == null ? "" : field);
    }

    @Test
    void aModelledCollectionRefusesNoQueryText() {
        assertThat(hybrid(collection, "\"query\": \"fox\"").code()).isEqualTo("no_model");
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        Answer answer =
                search(
                        collection,
                        "\"query\": \"\", \"top_k\": 0, \"filter\": {\"$no\": 1}, \"acl\": [\"x\"]");

        assertThat(texts(answer.body().path("errors"), "field"))
                .containsExactlyInAnyOrder("query", "top_k", "filter.$no", "acl[0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/search", "/search/hybrid"})
    void aBodyThatIsNotASearchIsRefused(String path) {
        assertThat(post(path, "").code()).isEqualTo("missing_body");
        assertThat(post(path, "null").code()).isEqualTo("missing_body");
        assertThat(post(path, "{").code()).isEqualTo("malformed_json");
        assertThat(post(path, "[]").field()).isEqualTo("body");
        assertThat(post(path, "{\"query\": \"a\"}").field()).isEqualTo("collection");
        assertThat(post(path, "{\"collection\": 5}").field()).isEqualTo("collection");
        assertThat(post(path, "{\"collection\": \"it's\", \"query\": \"a\"}").field())
                .isEqualTo("collection");
        assertThat(post(path, "{\"collection\": \"nowhere\", \"query\": \"a\"}").code())
                .isEqualTo("collection_not_found");
    }

    @Test
    void aQueryHas8192CharactersAtMost() {
        String embedding = ", \"embedding\": [1, 0]";

        Answer most = hybrid(collection, "\"query\": \"" + "fox ".repeat(2_048) + '"' + embedding);
        Answer word = hybrid(collection, "\"query\": \"" + "x".repeat(8_192) + '"' + embedding);
        Answer more =
                hybrid(collection, "\"query\": \"" + "fox ".repeat(2_048) + "x\"" + embedding);

        assertThat(sources(most)).containsExactly("fox", "dog");
        assertThat(word.status()).isEqualTo(200);
        assertThat(more.status()).isEqualTo(400);
        assertThat(more.field()).isEqualTo("query");
        assertThat(more.fieldMessage()).isEqualTo("has 8,193 characters, must have at most 8,192");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "---------------------------------",
                "---------------------------------------------------------------------- -- - !",
                "&",
                "| ! & ( ) <-> :*",
                "'",
                "''",
                "\"",
                "\\",
                "\\'",
                "$$",
                "%",
                ":*",
                "!!!",
                "(((",
                "\u200b",
                "😀",
                "\uFFFE",
            })
    void aQueryWithoutAWordFindsNothingAndSaysSo(String query) {
        Answer answer =
                hybrid(
                        collection,
                        "\"query\": "
                                + quote(query)
                                + ", \"fusion\": {\"weights\": {\"vector\": 0}}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(sources(answer)).isEmpty();
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
        assertThat(answer.body().path("warnings").path(0).asString()).contains("no word");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fox --------------------------------- nothing",
                "!fox",
                "fox & unicorn",
                "fox:*",
                "fox:A",
                "'fox'",
                "(fox",
                "fox)",
                "\"fox",
                "\"quick fox\"",
                "fox <-> unicorn",
                "fox'; DROP TABLE chunk; --",
                "fox\\",
                "--fox",
                "- fox",
                "-5 fox",
                "\t\n fox",
                "FOXES",
            })
    void noCharacterOfAQueryIsAnOperator(String query) {
        Answer answer =
                hybrid(
                        collection,
                        "\"query\": "
                                + quote(query)
                                + ", \"fusion\": {\"weights\": {\"vector\": 0}}");

        assertThat(sources(answer)).containsExactly("fox");
    }
}

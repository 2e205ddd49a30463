package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** One bad chunk fails alone, and says why beginning with the field. */
class BadChunkIT extends CollectionsIT {
    private static final String GOOD = "{\"source_id\": \"good\", \"embedding\": [1, 2, 3]}";

    private String collection = "";

    @BeforeAll
    void createCollection() {
        collection = create("{\"dimension\": 3}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"source_id": "b", "embedding": [1, 2]}                       | embedding has 2 dimensions, the collection has 3
                    {"source_id": "b", "embedding": [1, 2, 3, 4]}                 | embedding has 4 dimensions, the collection has 3
                    {"source_id": "b", "embedding": []}                           | embedding has 0 components
                    {"source_id": "b", "embedding": ""}                           | embedding has 0 components
                    {"source_id": "b", "embedding": [0, -0.0, 0]}                 | embedding is zero
                    {"source_id": "b", "embedding": [1e-30, 0, 0]}                | embedding is zero or almost zero
                    {"source_id": "b", "embedding": [3e38, 3e38, 3e38]}           | embedding has a norm of 5.20e+38
                    {"source_id": "b", "embedding": [1, NaN, 3]}                  | embedding has NaN at position 1
                    {"source_id": "b", "embedding": [1, 2, -Infinity]}            | embedding has -Infinity at position 2
                    {"source_id": "b", "embedding": [1e999, 2, 3]}                | embedding has Infinity at position 0
                    {"source_id": "b", "embedding": [1e39, 2, 3]}                 | embedding has Infinity at position 0
                    {"source_id": "b", "embedding": "AACAPwAAwH8AAIA/"}           | embedding has NaN at position 1
                    {"source_id": "b", "embedding": "AACAPwAAgH8AAIA/"}           | embedding has Infinity at position 1
                    {"source_id": "b", "embedding": "AACAPwAAwA=="}               | embedding is base64 of 7 bytes
                    {"source_id": "b", "embedding": "no base64!"}                 | embedding is a string that is not base64
                    {"source_id": "b", "embedding": [1, "2", 3]}                  | embedding has no number at position 1
                    {"source_id": "b", "embedding": [1, null, 3]}                 | embedding has no number at position 1
                    {"source_id": "b", "embedding": [[1], 2, 3]}                  | embedding has no number at position 0
                    {"source_id": "b", "embedding": {"x": [1]}}                   | embedding must be an array of numbers or base64
                    {"source_id": "b", "embedding": true}                         | embedding must be an array of numbers or base64
                    {"source_id": "b", "embedding": null}                         | content or embedding is required
                    {"source_id": "b"}                                            | content or embedding is required
                    {"source_id": "b", "content": ""}                             | content is blank
                    {"source_id": "b", "content": " \\u200b\\n", "embedding": [1, 0]} | content is blank
                    {"source_id": "b", "content": "no model"}                     | embedding is required: the collection has no model
                    {"embedding": [1, 2, 3]}                                      | source_id is required
                    {"source_id": "", "embedding": [1, 2, 3]}                     | source_id has 0 characters
                    {"source_id": 5, "embedding": [1, 2, 3]}                      | source_id must be a string
                    {"source_id": "b\\u0000", "embedding": [1, 2, 3]}             | source_id has U+0000 at position 1
                    {"source_id": "b\\ud800", "embedding": [1, 2, 3]}             | source_id has half of a surrogate pair at position 1
                    {"source_id": "b", "source_type": "", "embedding": [1, 2, 3]} | source_type has 0 characters
                    {"source_id": "b", "source_type": "\\u0000", "embedding": [1, 2, 3]} | source_type has U+0000
                    {"source_id": "b", "chunk_index": -1, "embedding": [1, 2, 3]} | chunk_index is -1, must be 0 or more
                    {"source_id": "b", "chunk_index": 2147483648, "embedding": [1, 2, 3]} | chunk_index must be a whole number
                    {"source_id": "b", "chunk_index": 1.5, "embedding": [1, 2, 3]} | chunk_index must be a whole number
                    {"source_id": "b", "chunk_index": "1", "embedding": [1, 2, 3]} | chunk_index must be a whole number
                    {"source_id": "b", "id": "1-2-3-4-5", "embedding": [1, 2, 3]} | id must be a UUID
                    {"source_id": "b", "id": 7, "embedding": [1, 2, 3]}           | id must be a string
                    {"source_id": "b", "content": {"a": [1]}, "embedding": [1, 2, 3]} | content must be a string
                    {"source_id": "b", "content": "a\\u0000b", "embedding": [1, 2, 3]} | content has U+0000 at position 1
                    {"source_id": "b", "content": "a\\udc00b", "embedding": [1, 2, 3]} | content has half of a surrogate pair at position 1
                    {"source_id": "b", "content_hash": "ab", "embedding": [1, 2, 3]} | content_hash must be SHA-256
                    {"source_id": "b", "colour": {"a": [1, {"b": 2}]}, "embedding": [1, 2, 3]} | colour is not a field of a chunk
                    {"source_id": "b", "tenant": "", "embedding": [1, 2, 3]}      | tenant has 0 characters
                    {"source_id": "b", "tenant": "a\\u0000", "embedding": [1, 2, 3]} | tenant has U+0000 at position 1
                    {"source_id": "b", "tenant": 5, "embedding": [1, 2, 3]}       | tenant must be a string
                    {"source_id": "b", "acl_digest": "xyz", "embedding": [1, 2, 3]} | acl_digest must be 1 to 64 bytes in hexadecimal
                    {"source_id": "b", "acl_digest": "abc", "embedding": [1, 2, 3]} | acl_digest must be 1 to 64 bytes in hexadecimal
                    {"source_id": "b", "acl_digest": "", "embedding": [1, 2, 3]}  | acl_digest must be 1 to 64 bytes in hexadecimal
                    {"source_id": "b", "boosts": [1], "embedding": [1, 2, 3]}     | boosts must be an object
                    {"source_id": "b", "boosts": {"new": "x"}, "embedding": [1, 2, 3]} | boosts.new must be a number
                    {"source_id": "b", "boosts": {"new": null}, "embedding": [1, 2, 3]} | boosts.new must be a number
                    {"source_id": "b", "boosts": {"new": -1}, "embedding": [1, 2, 3]} | boosts.new is -1.0, must be 0 to
                    {"source_id": "b", "boosts": {"new": 1e400}, "embedding": [1, 2, 3]} | boosts.new is Infinity, must be 0 to
                    {"source_id": "b", "boosts": {"new": NaN}, "embedding": [1, 2, 3]} | boosts.new is NaN, must be 0 to
                    {"source_id": "b", "boosts": {"\\u0000": 1}, "embedding": [1, 2, 3]} | boosts has U+0000
                    {"source_id": "b", "cert_refs": ["a\\u0000"], "embedding": [1, 2, 3]} | cert_refs.value[0] has U+0000
                    {"source_id": "b", "cert_refs": 1e400, "embedding": [1, 2, 3]} | cert_refs.value is a number beyond
                    {"source_id": "b", "metadata": [], "embedding": [1, 2, 3]}    | metadata must be an object
                    {"source_id": "b", "metadata": "{}", "embedding": [1, 2, 3]}  | metadata must be an object
                    {"source_id": "b", "metadata": {"a": {"b": "\\u0000"}}, "embedding": [1, 2, 3]} | metadata.a.b has U+0000
                    {"source_id": "b", "metadata": {"\\u0000": 1}, "embedding": [1, 2, 3]} | metadata has U+0000
                    {"source_id": "b", "metadata": {"a": "\\ud800"}, "embedding": [1, 2, 3]} | metadata.a has half of a surrogate pair
                    {"source_id": "b", "metadata": {"a": [1, NaN]}, "embedding": [1, 2, 3]} | metadata.a[1] is NaN, must be finite
                    {"source_id": "b", "metadata": {"a": 1e400}, "embedding": [1, 2, 3]} | metadata.a is a number beyond
                    {"source_id": "b", "metadata": {"a": 1e2147483647}, "embedding": [1, 2, 3]} | metadata.a is a number beyond
                    {"source_id": "b", "metadata": {"a": 1e99999999999}, "embedding": [1, 2, 3]} | metadata has a value that cannot be stored
                    null                                                          | chunk must be an object
                    3                                                             | chunk must be an object
                    "text"                                                        | chunk must be an object
                    [1, {"a": [2]}]                                               | chunk must be an object
                    """)
    void failsAlone(String bad, String error) {
        long before = count(collection, "{\"$source_id\": {\"$ne\": \"good\"}}");

        Answer answer = putChunks(collection, bad, GOOD);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        JsonNode results = answer.body().path("results");
        assertThat(results.path(0).path("status").asString()).isEqualTo("failed");
        assertThat(results.path(0).path("error").asString()).startsWith(error);
        assertThat(results.path(1).path("status").asString()).isIn("created", "unchanged");
        assertThat(answer.body().path("failed").asInt()).isEqualTo(1);
        assertThat(count(collection, "{\"$source_id\": {\"$ne\": \"good\"}}")).isEqualTo(before);
    }

    @Test
    void aLengthOverItsLimitFailsAlone() {
        String digest = "ab".repeat(65);
        String[] bad = {
            with("s".repeat(513), ""),
            with("b", ", \"source_type\": \"" + "t".repeat(65) + '"'),
            with("b", ", \"tenant\": \"" + "t".repeat(129) + '"'),
            with("b", ", \"acl_digest\": \"" + digest + '"'),
            with("b", ", \"content\": \"" + "x".repeat(1_048_577) + '"'),
            with("b", ", \"content\": \"" + "é".repeat(524_289) + '"'),
            with("b", ", \"metadata\": {\"a\": \"" + "x".repeat(65_536) + "\"}"),
            with("b", ", \"metadata\": {\"a\": " + "[".repeat(32) + "]".repeat(32) + "}"),
            with("b", ", \"cert_refs\": " + "[".repeat(32) + "]".repeat(32)),
            with("b", ", \"content\": \"x\", \"content_hash\": \"" + "0".repeat(64) + '"'),
        };

        Answer answer = putChunks(collection, bad);

        assertThat(texts(answer.body().path("results"), "error"))
                .satisfiesExactly(
                        e -> assertThat(e).startsWith("source_id has 513 characters"),
                        e -> assertThat(e).startsWith("source_type has 65 characters"),
                        e -> assertThat(e).startsWith("tenant has 129 characters"),
                        e -> assertThat(e).startsWith("acl_digest must be 1 to 64 bytes"),
                        e -> assertThat(e).startsWith("content has more than 1,048,576 bytes"),
                        e -> assertThat(e).startsWith("content has more than 1,048,576 bytes"),
                        e -> assertThat(e).startsWith("metadata has more than 65,536 bytes"),
                        e -> assertThat(e).startsWith("metadata is nested deeper than 32 levels"),
                        e -> assertThat(e).startsWith("cert_refs is nested deeper than 32 levels"),
                        e -> assertThat(e).startsWith("content_hash is not the SHA-256"));
        assertThat(count(collection, "{\"$source_id\": \"b\"}")).isZero();
    }

    @Test
    void whatIsJustWithinTheLimitsIsStored() {
        Answer answer =
                putChunks(
                        collection,
                        with("s".repeat(512), ""),
                        with("w", ", \"source_type\": \"" + "t".repeat(64) + '"'),
                        with("w1", ", \"tenant\": \"" + "t".repeat(128) + '"'),
                        with("w2", ", \"acl_digest\": \"" + "aB".repeat(64) + '"'),
                        with("w3", ", \"metadata\": {\"a\": \"" + "x".repeat(65_500) + "\"}"),
                        with(
                                "w4",
                                ", \"metadata\": {\"a\":" + "[".repeat(31) + "]".repeat(31) + "}"),
                        with("w5", ", \"metadata\": {\"a\": 1e306, \"b\": -1e-306, \"c\": 0.10}"));

        assertThat(answer.body().path("created").asInt()).as(answer.body().toString()).isEqualTo(7);
    }

    @Test
    void ofTwoWithTheSameKeyOrIdTheFirstIsTaken() {
        String id = "00000000-0000-4000-8000-0000000000aa";

        Answer answer =
                putChunks(
                        collection,
                        with("twin", ", \"content\": \"first\""),
                        with("twin", ", \"content\": \"second\""),
                        with("twin-a", ", \"id\": \"" + id + '"'),
                        with("twin-b", ", \"id\": \"" + id + '"'),
                        with("twin", ", \"id\": \"00000000-0000-4000-8000-0000000000ab\""));

        assertThat(texts(answer.body().path("results"), "status"))
                .containsExactly("created", "failed", "created", "failed", "failed");
        assertThat(texts(answer.body().path("results"), "error"))
                .allSatisfy(e -> assertThat(e).containsAnyOf("first one was kept", ""));
        assertThat(count(collection, "{\"$source_id\": {\"$in\": [\"twin\", \"twin-a\"]}}"))
                .isEqualTo(2);
        assertThat(count(collection, "{\"$source_id\": \"twin-b\"}")).isZero();
    }

    @Test
    void aKeyThatAnotherIdHasFailsAlone() {
        putChunks(collection, with("owned", ""));

        Answer answer =
                putChunks(
                        collection,
                        with("owned", ", \"id\": \"00000000-0000-4000-8000-0000000000ac\""),
                        GOOD);

        assertThat(texts(answer.body().path("results"), "status").getFirst()).isEqualTo("failed");
        assertThat(answer.body().path("results").path(0).path("error").asString())
                .contains("belong to another id already");
        assertThat(answer.body().path("failed").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1e6, 0, 0]", "[1, -65520, 0]"})
    void whatFloat16CannotHoldFailsAlone(String embedding) {
        String halves = create("{\"dimension\": 3, \"index\": {\"precision\": \"float16\"}}");

        Answer answer =
                putChunks(
                        halves,
                        "{\"source_id\": \"b\", \"embedding\": " + embedding + "}",
                        "{\"source_id\": \"top\", \"embedding\": [65504, 1, 1]}",
                        GOOD);

        assertThat(texts(answer.body().path("results"), "status"))
                .containsExactly("failed", "created", "created");
        assertThat(answer.body().path("results").path(0).path("error").asString())
                .startsWith("embedding has ")
                .contains("float16");
        assertThat(count(halves)).isEqualTo(2);
        Answer search = search(halves, "\"embedding\": " + embedding);
        assertThat(search.status()).isEqualTo(422);
        assertThat(search.code()).isEqualTo("out_of_float16");
        assertThat(search.field()).isEqualTo("embedding");
        assertThat(hybrid(halves, "\"query\": \"a\", \"embedding\": " + embedding).code())
                .isEqualTo("out_of_float16");
    }

    private static String with(String source, String more) {
        return "{\"source_id\": \"" + source + "\", \"embedding\": [1, 2, 3]" + more + "}";
    }
}

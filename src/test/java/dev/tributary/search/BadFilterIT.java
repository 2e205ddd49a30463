package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadFilterIT extends CollectionsIT {
    private String collection = "";

    @BeforeAll
    void fill() {
        collection = create("{\"dimension\": 1}");
        putChunks(
                collection,
                "{\"source_id\": \"a\", \"embedding\": [1], \"content\": \"word\", \"metadata\": {\"n\": 1}}",
                "{\"source_id\": \"b\", \"embedding\": [2], \"metadata\": {\"n\": 2}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    []                                      | filter
                    "n"                                     | filter
                    {"$nor": [{"n": 1}]}                    | filter.$nor
                    {"$and": {}}                            | filter.$and
                    {"$or": []}                             | filter.$or
                    {"$or": [1]}                            | filter.$or[0]
                    {"$not": []}                            | filter.$not
                    {"n": {}}                               | filter.n
                    {"n": {"$regex": "a"}}                  | filter.n.$regex
                    {"n": {"m": 1}}                         | filter.n.m
                    {"n": [1]}                              | filter.n
                    {"n": {"$eq": {"a": 1}}}                | filter.n.$eq
                    {"n": {"$in": 1}}                       | filter.n.$in
                    {"n": {"$in": [[1]]}}                   | filter.n.$in[0]
                    {"n": {"$gt": null}}                    | filter.n.$gt
                    {"n": {"$gt": true}}                    | filter.n.$gt
                    {"n": {"$exists": 1}}                   | filter.n.$exists
                    {"n": NaN}                              | filter.n
                    {"n": {"$lt": Infinity}}                | filter.n.$lt
                    {"n": 1e400}                            | filter.n
                    {"n": {"$lt": 1e99999999999}}           | filter.n
                    {"n": "\\u0000"}                        | filter.n
                    {"n": {"$in": ["\\ud800"]}}             | filter.n.$in[0]
                    {"n": {"$all": 1}}                      | filter.n.$all
                    {"n": {"$elemMatch": [1]}}              | filter.n.$elemMatch
                    {"n": {"$elemMatch": {"$id": "x"}}}     | filter.n.$elemMatch.$id
                    {"$id": "x"}                            | filter.$id
                    {"$id": {"$contains": 1}}               | filter.$id.$contains
                    {"$chunk_index": "1"}                   | filter.$chunk_index
                    {"$created_at": "yesterday"}            | filter.$created_at
                    {"$source_id": 5}                       | filter.$source_id
                    {"$embedding": 5}                       | filter.$embedding
                    """)
    void isRefusedAlikeWhereverItIsGiven(String filter, String field) {
        String body = "{\"filter\": " + filter + "}";
        String path = "/collections/" + collection;

        assertRefused(post(path + "/count", body), field);
        assertRefused(post(path + "/chunks/scroll", body), field);
        assertRefused(post(path + "/chunks/delete", body), field);
        assertRefused(search(collection, "\"embedding\": [1], \"filter\": " + filter), field);
        assertRefused(
                hybrid(
                        collection,
                        "\"query\": \"word\", \"embedding\": [1], \"filter\": " + filter),
                field);
        assertThat(count(collection)).isEqualTo(2);
    }

    private static void assertRefused(Answer answer, String field) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
    }

    @Test
    void aKeyWithNulIsRefusedByName() {
        Answer answer =
                post("/collections/" + collection + "/count", "{\"filter\": {\"n\\u0000\": 1}}");

        assertRefused(answer, "filter.n\u0000");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 200, 400})
    void isRefusedWhenItIsTooDeep(int levels) {
        String not = "{\"$not\": ".repeat(levels - 1) + "{\"n\": 1}" + "}".repeat(levels - 1);
        String and = "{\"$and\": [".repeat(levels - 1) + "{\"n\": 1}" + "]}".repeat(levels - 1);

        for (String filter : new String[] {not, and}) {
            Answer answer = search(collection, "\"embedding\": [1], \"filter\": " + filter);

            if (answer.code().equals("malformed_json")) {
                assertThat(levels).isEqualTo(400);
            } else {
                assertRefused(answer, "filter");
                assertThat(answer.fieldMessage()).isEqualTo("is nested deeper than 8 levels");
            }
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void has8LevelsAnd64ConditionsAtMost() {
        String deepest = "{\"$not\": ".repeat(7) + "{\"n\": 1}" + "}".repeat(7);
        String widest =
                IntStream.range(0, 64)
                        .mapToObj(i -> "{\"n\": " + i + "}")
                        .collect(Collectors.joining(",", "{\"$or\": [", "]}"));
        String values = Collections.nCopies(1_000, "1").toString();

        assertThat(count(collection, deepest)).isEqualTo(1);
        assertThat(count(collection, widest)).isEqualTo(2);
        assertThat(count(collection, "{\"n\": {\"$in\": " + values + "}}")).isEqualTo(1);
        assertRefused(
                post(
                        "/collections/" + collection + "/count",
                        "{\"filter\": " + widest.replace("]}", ", {\"n\": 64}]}") + "}"),
                "filter");
        assertRefused(
                post(
                        "/collections/" + collection + "/count",
                        "{\"filter\": {\"n\": {\"$in\": " + values.replace("]", ",1]") + "}}}"),
                "filter.n.$in");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"it's\": \"it's\"}",
                "{\"'; DROP TABLE chunk; --\": \"' OR 1=1 --\"}",
                "{\"a\\\\\": \"\\\\\"}",
                "{\"a?\": \"??\"}",
                "{\"a?\": {\"$gt\": \"?\"}}",
                "{\"%s\": \"%d\"}",
                "{\"\": 1}",
                "{\"n..n\": 1}",
                "{\"n\\\\.\": 1}",
                "{\"\\\\$id\": \"x\"}",
                "{\"n\": {\"$gt\": 1e308}}",
                "{\"$chunk_index\": {\"$gt\": 1e30}}",
                "{\"$created_at\": {\"$gt\": \"+999999999-01-01T00:00:00Z\"}}",
                "{\"$source_id\": \"' OR ''='\"}",
            })
    void strangeKeysAndValuesAreOnlyThat(String filter) {
        assertThat(count(collection, filter)).isZero();
        assertThat(sources(search(collection, "\"embedding\": [1], \"filter\": " + filter)))
                .isEmpty();
        assertThat(
                        sources(
                                hybrid(
                                        collection,
                                        "\"query\": \"word\", \"embedding\": [1], \"filter\": "
                                                + filter)))
                .isEmpty();
    }
}

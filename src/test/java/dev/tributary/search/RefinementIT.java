package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.testing.CollectionsIT;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RefinementIT extends CollectionsIT {
    private String collection = "";

    @BeforeAll
    void fill() {
        collection = create("{\"dimension\": 2}");
        putChunks(
                collection,
                chunk("a", 0, "[1, 0]", "a heron", "\"lang\": \"en\", \"year\": 2020"),
                chunk("a", 1, "[0.999, 0.04]", "a heron by the water", "\"lang\": \"en\""),
                chunk("a", 2, "[0.99, 0.14]", "grass", "\"lang\": \"de\""),
                chunk("b", 0, "[0.9, 0.43]", "a bridge", "\"lang\": \"de\", \"year\": 2020.0"),
                chunk("b", 1, "[0, 1]", "a heron on a bridge", "\"lang\": \"fr\""),
                chunk("c", 0, "[-1, 0]", "a boat", "\"tags\": [\"x\"]"));
    }

    private static String chunk(
            String source, int index, String embedding, String content, String metadata) {
        return """
        {"source_id": "%s", "chunk_index": %d, "embedding": %s, "content": "%s", "metadata": {%s},
         "tenant": "%s", "boosts": {"fresh": %s}}\
        """
                .formatted(
                        source,
                        index,
                        embedding,
                        content,
                        metadata,
                        source.equals("c") ? "two" : "one",
                        index == 0 ? "1" : "0.5");
    }

    private static List<String> keys(Answer answer) {
        return answer.body()
                .path("results")
                .valueStream()
                .map(hit -> hit.path("source_id").asString() + hit.path("chunk_index").asInt())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "source_id", "top_k": 2                       | a0 b0          | a b
                    "source_id", "group_size": 2                  | a0 a1 b0 b1 c0 | a a b b c
                    "$source_id", "group_size": 2, "top_k": 1     | a0 a1          | a a
                    "tenant", "group_size": 3                     | a0 a1 a2 c0    | one one one two
                    "lang"                                        | a0 a2 b1 c0    | en de fr
                    "year", "group_size": 2                       | a0 b0 a1 a2 b1 c0 | 2020 2020
                    "tags"                                        | a0 a1 a2 b0 b1 c0 |
                    "chunk_index"                                 | a0 a1 a2       | 0 1 2
                    "source_id", "filter": {"lang": "de"}         | a2 b0          | a b
                    "source_id", "threshold": 0.95, "group_size": 9 | a0 a1 a2     | a a a
                    """)
    void groupsHits(String fields, String expected, String groups) {
        Answer answer = search(collection, "\"embedding\": [1, 0], \"group_by\": " + fields);

        assertThat(keys(answer)).containsExactly(expected.split(" "));
        assertThat(
                        answer.body()
                                .path("results")
                                .valueStream()
                                .filter(hit -> hit.has("group"))
                                .map(hit -> hit.path("group").asString().replace(".0", "")))
                .containsExactly(groups == null ? new String[0] : groups.split(" "));
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
        assertThat(answer.body().path("warnings").isEmpty()).isTrue();
    }

    @Test
    void aGroupedHitIsAsItIsUngrouped() {
        JsonNode plain =
                search(collection, "\"embedding\": [1, 0], \"top_k\": 1").body().at("/results/0");
        JsonNode grouped =
                search(collection, "\"embedding\": [1, 0], \"top_k\": 1, \"group_by\": \"lang\"")
                        .body()
                        .at("/results/0");

        assertThat(grouped.propertyStream().filter(it -> !it.getKey().equals("group")).toList())
                .isEqualTo(plain.propertyStream().toList());
        assertThat(grouped.path("group").asString()).isEqualTo("en");
    }

    @Test
    void hybridHitsAreGroupedToo() {
        Answer answer =
                hybrid(
                        collection,
                        "\"query\": \"heron\", \"embedding\": [1, 0], \"group_by\": \"source_id\", \"group_size\": 2");

        assertThat(texts(answer.body().path("results"), "group"))
                .containsExactly("a", "a", "b", "b", "c");
        assertThat(answer.body().at("/results/0/legs/text").has("rank")).isTrue();
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    @Test
    void groupsAreWholeBehindASourceThatCoversThem() {
        String flooded = create("{\"dimension\": 2, \"metric\": \"l2\"}");
        for (int from = 0; from < 3_000; from += 1_000) {
            putChunks(
                    flooded,
                    IntStream.range(from, from + 1_000)
                            .mapToObj(i ->
                                    "{\"source_id\": \"flood\", \"chunk_index\": %d, \"embedding\": [%s, 0]}"
                                            .formatted(i, i / 10_000.0))
                            .toArray(String[]::new));
        }
        putChunks(
                flooded,
                IntStream.range(0, 40)
                        .mapToObj(i ->
                                "{\"source_id\": \"s%d\", \"chunk_index\": %d, \"embedding\": [%d, 0]}"
                                        .formatted(i / 4, i % 4, 10 + i))
                        .toArray(String[]::new));

        Answer answer =
                search(
                        flooded,
                        "\"embedding\": [0, 0], \"group_by\": \"source_id\", \"group_size\": 3, \"top_k\": 6, \"include\": []");

        assertThat(keys(answer))
                .containsExactly(
                        "flood0 flood1 flood2 s00 s01 s02 s10 s11 s12 s20 s21 s22 s30 s31 s32 s40 s41 s42"
                                .split(" "));
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    @Test
    void diversityPutsWhatIsUnlikeBeforeMoreOfTheSame() {
        String fields = "\"embedding\": [1, 0], \"top_k\": 3, \"include\": [], \"diversity\": ";

        assertThat(keys(search(collection, fields + "0"))).containsExactly("a0", "a1", "a2");
        assertThat(keys(search(collection, fields + "1"))).startsWith("a0", "c0");
        Answer some = search(collection, fields + "0.6");
        assertThat(keys(some)).startsWith("a0").doesNotContain("a1");
        assertThat(some.body().at("/results/0").has("embedding")).isFalse();
        assertThat(some.body().at("/results/0").has("content")).isFalse();
        assertThat(some.body().path("complete").asBoolean()).isTrue();
    }

    @Test
    void diversityReachesHitsOfTheTextLeg() {
        Answer answer =
                hybrid(
                        collection,
                        "\"query\": \"heron\", \"diversity\": 0.9, \"top_k\": 2, \"fusion\": {\"weights\": {\"vector\": 0}}, \"include\": [\"embedding\"]");

        assertThat(keys(answer)).hasSize(2).contains("b1");
        assertThat(answer.body().at("/results/0").has("embedding")).isTrue();
        assertThat(answer.body().at("/results/0").has("content")).isFalse();
    }

    @Test
    void diversityReturnsAllThereIs() {
        Answer answer =
                search(collection, "\"embedding\": [1, 0], \"diversity\": 0.5, \"top_k\": 9");

        assertThat(keys(answer)).hasSize(6).doesNotHaveDuplicates();
        assertThat(answer.body().path("complete").asBoolean()).isTrue();
    }

    @Test
    void anAnswerIsNotExplainedUnasked() {
        String fields = "\"query\": \"heron\", \"embedding\": [1, 0]";

        assertThat(hybrid(collection, fields).body().has("explain")).isFalse();
        assertThat(hybrid(collection, fields + ", \"explain\": false").body().has("explain"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "', \"diversity\": 0.5', 1", "', \"group_by\": \"source_id\"', 2"})
    void anAnswerTellsHowItWasRun(String refinement, int steps) {
        JsonNode explain =
                hybrid(
                                collection,
                                "\"query\": \"heron\", \"embedding\": [1, 0], \"explain\": true"
                                        + refinement)
                        .body()
                        .path("explain");

        assertThat(explain.propertyNames()).containsExactly("steps");
        assertThat(explain.path("steps").size()).isGreaterThanOrEqualTo(steps);
        for (JsonNode step : explain.path("steps")) {
            assertThat(step.propertyNames())
                    .containsExactly("path", "reason", "rows_scanned", "took_ms", "legs", "plan");
        }
    }

    @Test
    void anAnswerTellsHowLongTheModelTook() {
        String modelled = create("{\"model\": \"all-minilm-l6-v2\"}");

        Answer answer = search(modelled, "\"query\": \"a heron\", \"explain\": true");

        assertThat(answer.body().at("/explain/embed_ms").isNumber()).isTrue();
        assertThat(answer.body().path("explain").has("rerank_ms")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", \"group_by\": \"source_id\"", ", \"diversity\": 0.5"})
    void boostsMultiplyTheScore(String fields) {
        Answer answer =
                search(
                        collection,
                        "\"embedding\": [1, 0], \"boost\": \"fresh\", \"threshold\": 0.9" + fields);

        JsonNode first = answer.body().at("/results/0");
        assertThat(first.path("source_id").asString()).isEqualTo("a");
        assertThat(first.path("score").asDouble()).isCloseTo(1, within(1e-6));
        for (JsonNode hit : answer.body().path("results")) {
            double factor = hit.path("chunk_index").asInt() == 0 ? 1 : 0.5;
            assertThat(hit.path("score").asDouble())
                    .isCloseTo(factor * (1 - hit.path("distance").asDouble()), within(1e-6));
        }
        assertThat(keys(answer).subList(0, 2)).containsExactly("a0", "b0");
    }

    @Test
    void operatorsOfAQueryAreHeeded() {
        String web = ", \"query_syntax\": \"web\"";
        String words = ", \"fusion\": {\"weights\": {\"vector\": 0}}" + web;

        assertThat(keys(hybrid(collection, "\"query\": \"\\\"heron on a bridge\\\"\"" + words)))
                .containsExactly("b1");
        assertThat(keys(hybrid(collection, "\"query\": \"heron -bridge\"" + words)))
                .containsExactlyInAnyOrder("a0", "a1");
        assertThat(
                        keys(
                                hybrid(
                                        collection,
                                        "\"query\": \"heron -bridge\", \"embedding\": [1, 0]"
                                                + web)))
                .containsExactlyInAnyOrder("a0", "a1", "a2", "c0");
    }

    @Test
    void refinementsOfAHybridAnswerKeepItsFilter() {
        String ids = IntStream.of(0, 2).mapToObj(String::valueOf).collect(Collectors.joining(","));
        String fields =
                "\"query\": \"heron\", \"embedding\": [1, 0], \"filter\": {\"$chunk_index\": {\"$in\": ["
                        + ids
                        + "]}}, ";

        assertThat(keys(hybrid(collection, fields + "\"group_by\": \"source_id\"")))
                .containsExactlyInAnyOrder("a0", "b0", "c0");
        assertThat(keys(hybrid(collection, fields + "\"diversity\": 0.5")))
                .containsExactlyInAnyOrder("a0", "a2", "b0", "c0");
    }

    @Test
    void likeLeavesItsChunkOutOfEveryGroup() {
        String id =
                search(collection, "\"embedding\": [1, 0], \"top_k\": 1")
                        .body()
                        .at("/results/0/id")
                        .asString();

        Answer answer = search(collection, "\"like\": \"" + id + "\", \"group_by\": \"source_id\"");

        assertThat(keys(answer)).containsExactly("a1", "b0", "c0");
    }
}

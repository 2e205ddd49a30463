package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException;
import dev.tributary.rerank.Reranker;
import dev.tributary.rerank.Rerankers;
import dev.tributary.testing.CollectionsIT;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.JsonNode;

@Import(RerankedSearchIT.Models.class)
class RerankedSearchIT extends CollectionsIT {
    private static final String WORDS = "\"fusion\": {\"weights\": {\"vector\": 0}}, ";

    private String collection = "";

    @TestConfiguration(proxyBeanMethods = false)
    static class Models {
        @Bean
        @Primary
        Rerankers twoRerankers() {
            return new Rerankers(List.of(new LastNumber(), new Away()), Duration.ofSeconds(2));
        }
    }

    /** Scores a document by the number at its end. */
    private static final class LastNumber implements Reranker {
        private static final Pattern BEFORE = Pattern.compile(".* ");

        @Override
        public String name() {
            return "last-number";
        }

        @Override
        public double[] score(String query, List<String> documents, Duration timeout) {
            return documents.stream()
                    .mapToDouble(it -> Double.parseDouble(BEFORE.matcher(it).replaceFirst("")))
                    .toArray();
        }
    }

    private static final class Away implements Reranker {
        @Override
        public String name() {
            return "away";
        }

        @Override
        public double[] score(String query, List<String> documents, Duration timeout) {
            throw ServiceException.unavailable("rerank_timeout", "no answer within 2 s");
        }
    }

    @BeforeAll
    void fill() {
        collection = create("{\"dimension\": 2}");
        putChunks(
                collection,
                chunk("a", 0, "[1, 0]", "\"heron 1\""),
                chunk("a", 1, "[0.99, 0.1]", "\"heron 5\""),
                chunk("b", 0, "[0.9, 0.4]", "\"heron 3\""),
                chunk("b", 1, "[0.8, 0.6]", "\"heron 3\""),
                chunk("c", 0, "[0.5, 0.8]", "null"),
                chunk("d", 0, "[0, 1]", "\"heron 4\""));
    }

    private static String chunk(String source, int index, String embedding, String content) {
        return "{\"source_id\": \"%s\", \"chunk_index\": %d, \"embedding\": %s, \"content\": %s}"
                .formatted(source, index, embedding, content);
    }

    private Answer ask(String fields) {
        return hybrid(
                collection,
                "\"query\": \"heron\", \"fusion\": {\"weights\": {\"text\": 0}}, \"embedding\": [1, 0], "
                        + fields);
    }

    private static List<String> keys(Answer answer) {
        return answer.body()
                .path("results")
                .valueStream()
                .map(hit -> hit.path("source_id").asString() + hit.path("chunk_index").asInt())
                .toList();
    }

    @Test
    void hitsAreOrderedByTheReranker() {
        Answer answer = ask("\"rerank\": {\"model\": \"last-number\"}");

        assertThat(keys(answer)).containsExactly("a1", "d0", "b0", "b1", "a0", "c0");
        JsonNode first = answer.body().at("/results/0");
        assertThat(first.path("rerank_score").asDouble()).isEqualTo(5);
        assertThat(first.path("score").asDouble()).isEqualTo(1.0 / 62);
        assertThat(answer.body().at("/results/5").has("rerank_score")).isFalse();
        assertThat(answer.body().path("warnings").isEmpty()).isTrue();
    }

    @Test
    void onlyTheHitsFoundAreRerankedAndOnlyTheBestOfThemReturned() {
        Answer answer = ask("\"top_k\": 3, \"rerank\": {\"model\": \"last-number\", \"top_n\": 2}");

        assertThat(keys(answer)).containsExactly("a1", "b0");
    }

    @Test
    void contentsThatAreReadForItAreNotReturnedUnasked() {
        Answer answer = ask("\"include\": [], \"rerank\": {\"model\": \"last-number\"}");

        assertThat(keys(answer)).startsWith("a1");
        assertThat(answer.body().at("/results/0").has("content")).isFalse();
    }

    @Test
    void theFormerOrderStaysIfTheRerankerIsAway() {
        Answer answer = ask("\"rerank\": {\"model\": \"away\", \"top_n\": 3}, \"explain\": true");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(keys(answer)).containsExactly("a0", "a1", "b0");
        assertThat(answer.body().at("/results/0").has("rerank_score")).isFalse();
        assertThat(answer.body().path("warnings").path(0).asString())
                .contains("no answer within 2 s")
                .contains("rerank_timeout");
        assertThat(answer.body().at("/explain/rerank_ms").isNumber()).isTrue();
        assertThat(answer.body().at("/explain").has("embed_ms")).isFalse();
    }

    @Test
    void groupsAreOrderedByTheirBestRerankedHit() {
        Answer answer =
                ask(
                        "\"group_by\": \"source_id\", \"group_size\": 2, \"include\": [],"
                                + " \"rerank\": {\"model\": \"last-number\", \"top_n\": 3}");

        assertThat(keys(answer)).containsExactly("a1", "a0", "d0", "b0", "b1");
        assertThat(answer.body().at("/results/0/group").asString()).isEqualTo("a");
    }

    @Test
    void diversityPicksByTheNewScores() {
        Answer answer =
                ask("\"top_k\": 2, \"diversity\": 0.6, \"rerank\": {\"model\": \"last-number\"}");

        assertThat(keys(answer)).containsExactly("a1", "d0");
    }

    @Test
    void aModelIsNamedIfThereAreSeveral() {
        assertThat(ask("\"rerank\": {}").field()).isEqualTo("rerank.model");
        assertThat(ask("\"rerank\": {}").status()).isEqualTo(400);
        assertThat(ask("\"rerank\": {\"model\": \"x\"}").status()).isEqualTo(422);
    }

    @Test
    void nothingFoundIsNothingToRerank() {
        Answer answer =
                hybrid(
                        collection,
                        "\"query\": \"unicorn\", " + WORDS + "\"rerank\": {\"model\": \"away\"}");

        assertThat(keys(answer)).isEmpty();
    }
}

package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.rerank.Reranker;
import dev.tributary.rerank.Rerankers;
import dev.tributary.search.SearchSpec.Rerank;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Hit;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RerankingTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Scores by length; a document of the text "away" makes it unavailable, "broken" fails. */
    private record ByLength(String name) implements Reranker {
        @Override
        public double[] score(String query, List<String> documents, Duration timeout) {
            if (documents.contains("away")) {
                throw ServiceException.unavailable("rerank_timeout", "no answer within 2 s");
            }
            if (documents.contains("broken")) {
                throw ServiceException.impossible("rerank_refused", "query", "is too long");
            }
            return documents.stream().mapToDouble(String::length).toArray();
        }
    }

    private static Reranking reranking() {
        return Reranking.of(
                new Rerankers(List.of(new ByLength("length")), TIMEOUT),
                new Rerank(null, "query", 10));
    }

    private static RankedHit ranked(int index, String group, @Nullable String content) {
        var key = new ChunkKey("document", "source", index);
        var hit = new Hit(key.toId(), key, 1.0 / (index + 1), null, content, null, null, null);
        return new RankedHit(hit, group, group, null, null);
    }

    private static List<Integer> indexes(List<RankedHit> hits) {
        return hits.stream().map(it -> it.hit().key().chunkIndex()).toList();
    }

    @Test
    void ordersByTheNewScoresAndKeepsTheOldOnes() {
        List<RankedHit> found =
                List.of(
                        ranked(0, "a", "x"),
                        ranked(1, "b", "xxx"),
                        ranked(2, "c", null),
                        ranked(3, "d", "xx"),
                        ranked(4, "e", "xxx"),
                        ranked(5, "f", null));

        var report = new SearchReport();
        List<RankedHit> reranked = reranking().apply(found, report);

        assertThat(indexes(reranked)).containsExactly(1, 4, 3, 0, 2, 5);
        assertThat(reranked)
                .extracting(RankedHit::rerankScore)
                .containsExactly(3.0, 3.0, 2.0, 1.0, null, null);
        assertThat(reranked.getFirst().hit().score()).isEqualTo(0.5);
        assertThat(report.warnings()).isEmpty();
    }

    @Test
    void keepsGroupsTogetherAndOrdersThemByTheirBest() {
        List<RankedHit> found =
                List.of(
                        ranked(0, "a", "x"),
                        ranked(1, "a", "xxxx"),
                        ranked(2, "b", "xxx"),
                        ranked(3, "c", "xxxxx"),
                        ranked(4, "c", null));

        List<RankedHit> reranked = reranking().apply(found, new SearchReport());

        assertThat(indexes(reranked)).containsExactly(3, 4, 1, 0, 2);
        assertThat(indexes(Reranking.first(reranked, 2))).containsExactly(3, 4, 1, 0);
        assertThat(indexes(Reranking.first(reranked, 9))).hasSize(5);
    }

    @Test
    void keepsTheOrderAndSaysWhyIfTheRerankerIsAway() {
        List<RankedHit> found = List.of(ranked(0, "a", "away"), ranked(1, "b", "longer"));

        var report = new SearchReport();
        List<RankedHit> reranked = reranking().apply(found, report);

        assertThat(reranked).isEqualTo(found);
        assertThat(report.warnings())
                .singleElement()
                .asString()
                .contains("no answer within 2 s")
                .contains("rerank_timeout");
    }

    @Test
    void hidesNoOtherFailure() {
        List<RankedHit> found = List.of(ranked(0, "a", "broken"));

        assertThatThrownBy(() -> reranking().apply(found, new SearchReport()))
                .isInstanceOf(ServiceException.class);
    }

    @Test
    void asksNobodyIfThereIsNothingToRead() {
        var report = new SearchReport();

        assertThat(reranking().apply(List.of(), report)).isEmpty();
        assertThat(indexes(reranking().apply(List.of(ranked(0, "a", null)), report)))
                .containsExactly(0);
    }

    @Test
    void refusesAModelThatIsNotThereByTheNameOfItsField() {
        var none = new Rerankers(List.of(), TIMEOUT);
        var two = new Rerankers(List.of(new ByLength("a"), new ByLength("b")), TIMEOUT);

        assertRefused(none, null, "unknown_model");
        assertRefused(none, "a", "unknown_model");
        assertRefused(two, "c", "unknown_model");
        assertRefused(two, null, "invalid_field");
    }

    private static void assertRefused(Rerankers rerankers, @Nullable String model, String code) {
        assertThatThrownBy(() -> Reranking.of(rerankers, new Rerank(model, "query", 10)))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> {
                            assertThat(refusal.code()).isEqualTo(code);
                            assertThat(refusal.errors().getFirst().field())
                                    .isEqualTo("rerank.model");
                            assertThat(refusal.hint()).isNotBlank();
                        });
    }
}

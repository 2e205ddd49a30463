import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricTest {
    private static final Map<String, Integer> JUDGED = Map.of("a", 2, "b", 1, "c", 1);

    @Test
    void ndcgGainsExponentiallyAndDiscountsByRank() {
        // Found: 1 / log2(3) + 3 / log2(4) = 2.130930; best: 3 + 1 / log2(3) + 1 / log2(4) =
        // 4.130930.
        assertThat(Metric.NDCG_10.of(JUDGED, List.of("x", "b", "a")))
                .isCloseTo(0.515847, within(1e-6));
        assertThat(Metric.NDCG_10.of(JUDGED, List.of("a", "c", "b"))).isEqualTo(1);
        assertThat(Metric.NDCG_10.of(JUDGED, List.of())).isZero();
    }

    @Test
    void ndcgOfManyRelevantDocumentsIsHeldAgainstTheBestTen() {
        Map<String, Integer> twelve = new LinkedHashMap<>();
        IntStream.range(0, 12).forEach(i -> twelve.put("d" + i, 1));

        assertThat(Metric.NDCG_10.of(twelve, List.copyOf(twelve.keySet()))).isEqualTo(1);
        assertThat(Metric.RECALL_10.of(twelve, List.copyOf(twelve.keySet())))
                .isCloseTo(10 / 12.0, within(1e-12));
    }

    @Test
    void theEleventhHitCountsForRecallAtHundredOnly() {
        List<String> hits =
                Stream.concat(IntStream.range(0, 10).mapToObj(i -> "x" + i), Stream.of("a"))
                        .toList();

        assertThat(Metric.NDCG_10.of(JUDGED, hits)).isZero();
        assertThat(Metric.MRR_10.of(JUDGED, hits)).isZero();
        assertThat(Metric.RECALL_10.of(JUDGED, hits)).isZero();
        assertThat(Metric.RECALL_100.of(JUDGED, hits)).isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void theHundredAndFirstHitCountsForNothing() {
        List<String> hits =
                Stream.concat(IntStream.range(0, 100).mapToObj(i -> "x" + i), Stream.of("a"))
                        .toList();

        assertThat(Metric.RECALL_100.of(JUDGED, hits)).isZero();
    }

    @Test
    void mrrIsOneByTheRankOfTheFirstRelevantHit() {
        assertThat(Metric.MRR_10.of(JUDGED, List.of("x", "y", "c", "a")))
                .isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void theScoresOfARunAreMeansOverTheJudgedQueries() {
        Map<String, Map<String, Integer>> judgments =
                Map.of("first", JUDGED, "second", Map.of("z", 1), "unanswered", Map.of("z", 1));
        Map<String, List<String>> run =
                Map.of(
                        "first", List.of("x", "b", "a"),
                        "second", List.of("z"),
                        "not judged", List.of("z"));

        var scores = Scores.of(judgments, run);

        assertThat(scores.mean(Metric.NDCG_10)).isCloseTo((0.515847 + 1 + 0) / 3, within(1e-6));
        assertThat(scores.mean(Metric.RECALL_10)).isCloseTo((2 / 3.0 + 1 + 0) / 3, within(1e-12));
        assertThat(scores.mean(Metric.MRR_10)).isCloseTo((0.5 + 1 + 0) / 3, within(1e-12));
        assertThat(scores.mean(Metric.EMPTY)).isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void aDocumentThatIsFoundTwiceCountsOnce() {
        var scores = Scores.of(Map.of("q", JUDGED), Map.of("q", List.of("a", "a", "b")));

        assertThat(scores.mean(Metric.RECALL_10)).isCloseTo(2 / 3.0, within(1e-12));
        // Found: 3 + 1 / log2(3) = 3.630930 of 4.130930.
        assertThat(scores.mean(Metric.NDCG_10)).isCloseTo(0.878962, within(1e-6));
    }
}

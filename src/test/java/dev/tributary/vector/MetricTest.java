package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {
    @ParameterizedTest
    @CsvSource({
        "COSINE, 0, 1",
        "COSINE, 0.25, 0.75",
        "COSINE, 2, -1",
        "L2, 0, 1",
        "L2, 1, 0.5",
        "L2, 3, 0.25",
        "INNER_PRODUCT, -7.5, 7.5",
        "INNER_PRODUCT, 2, -2"
    })
    void scoresADistance(Metric metric, double distance, double score) {
        assertThat(metric.score(distance)).isEqualTo(score);
    }

    @ParameterizedTest
    @EnumSource
    void scoresTheNearerHigher(Metric metric) {
        List<Double> distances = List.of(0.0, 0.001, 0.5, 1.0, 1.999);

        assertThat(distances.stream().map(metric::score).toList())
                .isSortedAccordingTo((a, b) -> Double.compare(b, a))
                .doesNotHaveDuplicates();
    }
}

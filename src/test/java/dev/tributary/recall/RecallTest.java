package dev.tributary.recall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecallTest {
    @Test
    void isTheShareOfTheExactAnswerThatWasFound() {
        List<Double> exact = List.of(0.1, 0.2, 0.3, 0.4);

        assertThat(Recall.of(List.of(0.1, 0.2, 0.3, 0.4), exact)).hasValue(1);
        assertThat(Recall.of(List.of(0.1, 0.3, 0.5, 0.6), exact)).hasValue(0.5);
        assertThat(Recall.of(List.of(0.1), exact)).hasValue(0.25);
        assertThat(Recall.of(List.of(0.5, 0.6), exact)).hasValue(0);
        assertThat(Recall.of(List.of(), exact)).hasValue(0);
    }

    @Test
    void aTieWithTheFarthestIsNoMiss() {
        List<Double> exact = List.of(0.1, 0.2);

        assertThat(Recall.of(List.of(0.2, 0.2, 0.2), exact)).hasValue(1);
        assertThat(Recall.of(List.of(0.1, 0.2 + 1e-7), exact)).hasValue(1);
        assertThat(Recall.of(List.of(0.1, 0.2 + 1e-5), exact)).hasValue(0.5);
    }

    @Test
    void knowsProductsWhichAreNegativeDistances() {
        assertThat(Recall.of(List.of(-9000.0, -8000.0), List.of(-9000.0, -8000.000001)))
                .hasValue(1);
        assertThat(Recall.of(List.of(-9000.0, -7999.0), List.of(-9000.0, -8000.0))).hasValue(0.5);
    }

    @Test
    void isNoneWhereThereIsNothingToFind() {
        assertThat(Recall.of(List.of(0.1), List.of())).isEmpty();
    }

    @Test
    void aHitWithoutADistanceIsAMiss() {
        assertThat(Recall.of(List.of(Double.NaN, 0.1), List.of(0.1, 0.2))).hasValue(0.5);
    }
}

package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void itemsPerSecondAndWhatIsLeft() {
        var pace = Pace.of(30, 10.0);

        assertThat(pace.ratePerSecond()).isEqualTo(3.0);
        assertThat(pace.etaSeconds(7)).isEqualTo(3);
        assertThat(pace.etaSeconds(0)).isZero();
        assertThat(pace.etaSeconds(-5)).as("more than there should be").isZero();
    }

    @Test
    void isUnknownBeforeThereIsProgress() {
        assertThat(Pace.of(0, 10.0).ratePerSecond()).isNull();
        assertThat(Pace.of(1, 0.0).ratePerSecond()).isNull();
        assertThat(Pace.of(1, null).etaSeconds(1)).isNull();
    }
}

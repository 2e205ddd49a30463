package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void tellsShareRateAndWhatIsLeft() {
        assertThat(Progress.line("row", 450_000, 0.45, Duration.ofSeconds(45)))
                .isEqualTo(" 45 %, 450,000 rows, 10,000 rows/s, ETA 0:55");
        assertThat(Progress.line("row", 100, 0.001, Duration.ofSeconds(10)))
                .endsWith("ETA 2:46:30");
        assertThat(Progress.bar(0.5)).isEqualTo("[" + "=".repeat(15) + " ".repeat(15) + "] ");
    }

    @Test
    void doesWithoutWhatNobodyKnows() {
        assertThat(Progress.line("line", 30, Double.NaN, Duration.ofSeconds(3)))
                .isEqualTo("30 lines, 10 lines/s");
        assertThat(Progress.line("line", 0, 0, Duration.ZERO)).endsWith("ETA -");
        assertThat(Progress.bar(Double.NaN)).isEmpty();
    }
}

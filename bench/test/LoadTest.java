import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadTest {
    @ParameterizedTest
    @CsvSource({"0.5, 50", "0.9, 90", "0.99, 99", "0.995, 100", "1, 100", "0, 1"})
    void aPercentileIsTheLatencyThatSoManyStayWithin(double share, double ms) {
        List<Long> latencies =
                LongStream.rangeClosed(1, 100).mapToObj(i -> (101 - i) * 1_000_000).toList();

        assertThat(Load.Run.of(latencies, 1).ms(share)).isEqualTo(ms);
    }

    @Test
    void thePercentileOfOneRequestIsItsLatency() {
        assertThat(Load.Run.of(List.of(7_000_000L), 1).ms(0.99)).isEqualTo(7);
    }

    @Test
    void thereIsNoPercentileOfNothing() {
        assertThat(Load.Run.of(List.of(), 1).ms(0.5)).isNaN();
    }
}

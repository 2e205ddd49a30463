import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecallSettingsTest {
    @Test
    void theDefaultsAreThoseOfThePublishedFigures() {
        assertThat(RecallSettings.of(new Variables(Map.of())))
                .hasToString(
                        "DIMENSION=384 SEED=1 ROWS=100000 SIZES=\"1000 10000 100000\" METRIC=cosine QUERIES=200"
                                + " SECONDS=2 ROUNDS=5 EF_SEARCH=\"10 20 40 60 80 100 150 200\""
                                + " PRECISIONS=\"float32 float16 binary\"");
    }

    @Test
    void sizesEndWithTheRowsThatThereAre() {
        var settings =
                RecallSettings.of(new Variables(Map.of("ROWS", "5000", "SIZES", "9000 3000 400")));

        assertThat(settings.sizes()).containsExactly(400, 3_000, 5_000);
        assertThat(settings.within(Vectors.clustered(1, 8, 2_000, 7)))
                .extracting(
                        RecallSettings::sizes, RecallSettings::queries, RecallSettings::dimension)
                .containsExactly(List.of(400, 2_000), 7, 8);
    }

    @ParameterizedTest
    @CsvSource({
        "URL, http://127.0.0.1:1, URL and COLLECTION go together",
        "COLLECTION, docs, URL and COLLECTION go together",
        "PRECISIONS, float8, 'PRECISIONS is float8, must be one of: float32 float16 binary'",
        "METRIC, hamming, METRIC is hamming",
        "EF_SEARCH, 10 1001, EF_SEARCH is 1001",
        "ROWS, many, ROWS is many"
    })
    void whatCannotBeMeantIsRefused(String name, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecallSettings.of(new Variables(Map.of(name, value))))
                .withMessageContaining(message);
    }

    @Test
    void recallIsTheMeanShareOfTheExactHits() {
        List<Set<String>> wanted = List.of(Set.of("a", "b", "c", "d"), Set.of("e", "f"), Set.of());
        List<Set<String>> found = List.of(Set.of("d", "a", "x", "b"), Set.of("y"), Set.of());

        assertThat(Questions.recall(wanted, found)).isCloseTo((0.75 + 0 + 1) / 3, within(1e-12));
    }
}

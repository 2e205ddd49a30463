package dev.tributary.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"1.17.0", "1.18.3", "v1.18.3", "1.19.0-dev", "1.19"})
    void worksWithTheMinorVersionsAround(String version) {
        assertThat(ServerVersion.parse(version).complaint()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.16.9, too old",
        "0.11.1, too old",
        "'', too old",
        "unknown, too old",
        "1.20.0, more than one minor version",
        "2.0.0, more than one minor version"
    })
    void saysWhatIsWrongWithOthers(String version, String complaint) {
        assertThat(ServerVersion.parse(version).complaint().orElseThrow())
                .contains(complaint)
                .contains("1.17");
    }
}

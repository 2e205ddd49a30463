package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionVersionTest {
    @ParameterizedTest
    @CsvSource({"0.7.0,0.7.0", "0.8,0.8.0", "0.8.4,0.8.4", "1.10.2,1.10.2", "0.8.0-beta1,0.8.0"})
    void readsWhatPostgresReports(String text, String version) {
        assertThat(ExtensionVersion.parse(text)).hasToString(version);
    }

    @Test
    void ordersByNumberAndNotByText() {
        assertThat(ExtensionVersion.parse("0.10.0").isBefore(ExtensionVersion.SOUND)).isFalse();
        assertThat(ExtensionVersion.parse("0.8.3").isBefore(ExtensionVersion.SOUND)).isTrue();
        assertThat(ExtensionVersion.SOUND.isBefore(ExtensionVersion.SOUND)).isFalse();
        assertThat(ExtensionVersion.parse("0.6.2").isBefore(ExtensionVersion.LEAST)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "8"})
    void refusesWhatIsNoVersion(String text) {
        assertThatThrownBy(() -> ExtensionVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

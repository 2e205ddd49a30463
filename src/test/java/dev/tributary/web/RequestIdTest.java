package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
    @Test
    void takesVisibleAsciiOfUpTo128Characters() {
        assertThat(RequestId.isFit("Ab-9_:/~!")).isTrue();
        assertThat(RequestId.isFit("x".repeat(128))).isTrue();
        assertThat(RequestId.isFit("x".repeat(129))).isFalse();
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"a b", "a\nb", "a\tb", "é", "a\u007f"})
    void refusesWhatCouldBreakALine(String id) {
        assertThat(RequestId.isFit(id)).isFalse();
    }
}

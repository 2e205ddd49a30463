package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\u0001", "\uFFFF", "ж", "😀", "a😀b", "\uE000", "\r\n\t"})
    void returnsTextThatCanBeStored(String text) {
        assertThat(TextRules.storable("content", text)).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n\t", "\u00A0", "\u200B", "\uFEFF", "\u00AD \u2060"})
    void takesWhatIsNotSeenForBlank(String text) {
        assertThat(TextRules.isBlank(text)).isTrue();
        assertThat(TextRules.isBlank(text + ".")).isFalse();
    }

    static Stream<Arguments> unstorable() {
        return Stream.of(
                Arguments.of("\0", "U+0000 at position 0"),
                Arguments.of("a\0", "U+0000 at position 1"),
                Arguments.of("😀\0", "U+0000 at position 2"),
                Arguments.of("\uD83D", "half of a surrogate pair at position 0"),
                Arguments.of("a\uD83D", "half of a surrogate pair at position 1"),
                Arguments.of("\uD83Da", "half of a surrogate pair at position 0"),
                Arguments.of("\uDE00", "half of a surrogate pair at position 0"),
                Arguments.of("\uDE00\uD83D", "half of a surrogate pair at position 0"),
                Arguments.of("😀\uDE00", "half of a surrogate pair at position 2"),
                Arguments.of("\uD83D\uD83D\uDE00", "half of a surrogate pair at position 0"));
    }

    @ParameterizedTest
    @MethodSource("unstorable")
    void namesTheFieldAndThePositionOfWhatCannot(String text, String where) {
        assertThatThrownBy(() -> TextRules.storable("content", text))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal ->
                                assertThat(refusal.errors())
                                        .extracting(FieldError::field)
                                        .containsExactly("content"))
                .hasMessageContaining(where);
    }
}

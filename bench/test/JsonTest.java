import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsEveryKindOfValue() {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("text", "a\"b\\c/d\n\t\u00fc\uD83D\uDE00");
        expected.put("numbers", List.of(0.0, -1.5, 2e3));
        expected.put("others", Arrays.asList(true, false, null));
        expected.put("empty", List.of(Map.of(), List.of()));

        Object value =
                Json.read(
                        """
                         {"text": "a\\"b\\\\c\\/d\\n\\t\\u00fc\\uD83D\\uDE00", "numbers": [0, -1.5,2E3],
                          "others":[true , false,null], "empty": [{}, [ ]]}
                        """);

        assertThat(value).isEqualTo(expected);
        assertThat(Json.read(Json.write(expected))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1",
                "[1 2]",
                "{\"a\" 1}",
                "{\"a\": 1,}",
                "{a: 1}",
                "nul",
                "01",
                "1.",
                "\"open",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "{} {}",
                "[,]",
                "+1",
                "NaN"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.read(text))
                .withMessageMatching("(?s)no JSON: .* in column \\d+, where .* should be");
    }
}

package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class JsonExampleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {"a": 1}                    | {"a": 1.0}
                    {"a": "…"}                  | {"a": {"b": 1}}
                    {"a": 1, "…": "…"}          | {"a": 1, "b": 2}
                    [1, "…"]                    | [1, 2, 3]
                    ["…"]                       | []
                    {"a": "known are: …"}       | {"a": "known are: b, c"}
                    {"score": 0.5}              | {"score": 0.25}
                    [{"distance": 1}]           | [{"distance": 2}]
                    """)
    void isLike(String example, String answer) {
        assertThat(differences(example, answer)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {"a": 1}           | {"a": 2}               | $.a is 2, the page says 1
                    {"a": 1}           | {"a": "1"}             | $.a is "1", the page says 1
                    {"a": 1}           | {}                     | $.a is missing
                    {}                 | {"a": 1}               | $.a is not on the page
                    [1]                | [1, 2]                 | $ has 2 elements, the page shows 1
                    [1, 2, "…"]        | [1]                    | $ has 1 elements, the page shows 2
                    {"score": 0.5}     | {"score": "high"}      | $.score is "high", the page says 0.5
                    {"a": "b … d"}     | {"a": "b c"}           | $.a is "b c", the page says "b … d"
                    """)
    void isNotLike(String example, String answer, String difference) {
        assertThat(differences(example, answer)).containsExactly(difference);
    }

    @Test
    void namesEveryDifference() {
        assertThat(differences("{\"a\": [1, 2], \"b\": 3}", "{\"a\": [1, 3], \"b\": 4}"))
                .hasSize(2);
    }

    private static List<String> differences(String example, String answer) {
        var mapper = JsonMapper.shared();
        return JsonExample.differences(mapper.readTree(example), mapper.readTree(answer));
    }
}

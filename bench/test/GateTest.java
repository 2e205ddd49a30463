import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    @Test
    void gatesAreReadInEveryForm() {
        assertThat(
                        Gate.parse(
                                "text=0.675, hybrid.recall@100=.95 scifact:vector.mrr@10=1 empty=0.01"))
                .containsExactly(
                        new Gate("", "text", Metric.NDCG_10, 0.675),
                        new Gate("", "hybrid", Metric.RECALL_100, 0.95),
                        new Gate("scifact", "vector", Metric.MRR_10, 1),
                        new Gate("", "", Metric.EMPTY, 0.01));
        assertThat(Gate.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "text=",
                "text=high",
                "text=1.1",
                "words=0.5",
                "text.ndcg@5=0.5",
                "=1"
            })
    void whatIsNoGateIsRefused(String spec) {
        assertThatIllegalArgumentException().isThrownBy(() -> Gate.parse(spec));
    }

    @ParameterizedTest
    @CsvSource({"text=0.67, true", "text=0.671, true", "text=0.6711, false", "text=0.68, false"})
    void aMeanMustReachItsLimit(String spec, boolean isMet) {
        var scores = new Scores(Map.of(Metric.NDCG_10, 0.671));

        assertThat(Gate.parse(spec).getFirst().isMetBy(scores)).isEqualTo(isMet);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "0.0099, true", "0.01, false", "0.5, false"})
    void theShareOfEmptyAnswersMustStayUnderItsLimit(double share, boolean isMet) {
        var scores = new Scores(Map.of(Metric.EMPTY, share));

        assertThat(Gate.parse("empty=0.01").getFirst().isMetBy(scores)).isEqualTo(isMet);
    }

    @Test
    void aGateIsForItsDataSetAndMode() {
        Gate gate = Gate.parse("scifact:text=0.5").getFirst();

        assertThat(gate.isFor("scifact", Mode.TEXT)).isTrue();
        assertThat(gate.isFor("scifact", Mode.HYBRID)).isFalse();
        assertThat(gate.isFor("squad2", Mode.TEXT)).isFalse();
        assertThat(Gate.parse("empty=0.01").getFirst().isFor("squad2", Mode.HYBRID)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "MODES, text, vector=0.5, 'a gate for vector, which is not among the modes'",
        "MODES, words, text=0.5, there is no mode words",
        "QUERIES, 0, text=0.5, QUERIES is 0",
        "URL, https://x, text=0.5, 'URL is https://x, must be like'"
    })
    void settingsThatCannotBeMeantAreRefused(
            String variable, String value, String gates, String message) {
        var variables = new Variables(Map.of(variable, value, "FAIL_UNDER", gates));

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> EvalSettings.of(variables, List.of("folder", "--", "work", "java")))
                .withMessageContaining(message);
    }

    @Test
    void aGateForADataSetThatIsNotThereIsRefused() {
        var settings =
                EvalSettings.of(
                        new Variables(Map.of()),
                        List.of(
                                "--fail-under",
                                "scifat:text=0.5",
                                "scifact",
                                "--",
                                "work",
                                "java"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.requireNames(List.of("scifact")))
                .withMessageContaining("scifat");
    }

    @ParameterizedTest
    @CsvSource({"'', english", "german, german", "cjk, cjk", "en_GB:en, english", "de, english"})
    void theLanguageOfMessagesIsNotThatOfCollections(String value, String language) {
        var variables = new Variables(Map.of("LANGUAGE", value));

        assertThat(EvalSettings.of(variables, List.of("folder", "--", "work", "java")).language())
                .isEqualTo(language);
    }
}

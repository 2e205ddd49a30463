package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    private static final Embedding EAST = Embedding.copyOf(1, 0);

    @ParameterizedTest
    @CsvSource({"0, 0, topK", "1001, 0, topK", "1, -1, efSearch", "1, 1001, efSearch"})
    void refusesNumbersOutOfTheirRange(int topK, int efSearch, String field) {
        assertInvalid(field, () -> vector(topK, null, efSearch));
        assertInvalid(field, () -> hybrid(EAST, "a", topK, null, efSearch, Fusion.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1000, 1000"})
    void takesNumbersUpToTheirBounds(int topK, int efSearch) {
        assertThatCode(() -> vector(topK, Double.NEGATIVE_INFINITY, efSearch))
                .doesNotThrowAnyException();
        assertThatCode(() -> hybrid(EAST, "", topK, 0.5, efSearch, Fusion.DEFAULT))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAThresholdThatIsNoNumber() {
        assertInvalid("threshold", () -> vector(1, Double.NaN, 0));
        assertInvalid("threshold", () -> hybrid(EAST, "a", 1, Double.NaN, 0, Fusion.DEFAULT));
    }

    @Test
    void needsAVectorWhereTheVectorLegIsOn() {
        assertInvalid("embedding", () -> hybrid(null, "a", 1, null, 0, Fusion.DEFAULT));
        assertThatCode(() -> hybrid(null, "a", 1, null, 0, new Fusion(60, 0, 1, 100)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\uD83D"})
    void refusesTextThatNoChunkCanHave(String text) {
        assertInvalid("text", () -> hybrid(EAST, text, 1, null, 0, Fusion.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 100, k",
        "1001, 1, 1, 100, k",
        "60, -1, 1, 100, vectorWeight",
        "60, NaN, 1, 100, vectorWeight",
        "60, 1, Infinity, 100, textWeight",
        "60, 0, 0, 100, vectorWeight",
        "60, 1, 1, 0, candidates",
        "60, 1, 1, 1001, candidates"
    })
    void refusesAFusionOutOfItsRange(
            int k, double vectorWeight, double textWeight, int candidates, String field) {
        assertInvalid(field, () -> new Fusion(k, vectorWeight, textWeight, candidates));
    }

    @Test
    void switchesALegOffByItsWeight() {
        assertThat(Fusion.DEFAULT).isEqualTo(new Fusion(60, 1, 1, 100));
        assertThat(new Fusion(1, 0, 0.1, 1).hasVectorLeg()).isFalse();
        assertThat(new Fusion(1, 0, 0.1, 1).hasTextLeg()).isTrue();
        assertThat(new Fusion(1_000, 0.1, 0, 1_000).hasVectorLeg()).isTrue();
        assertThat(new Fusion(1_000, 0.1, 0, 1_000).hasTextLeg()).isFalse();
    }

    private static VectorQuery vector(int topK, @Nullable Double threshold, int efSearch) {
        return new VectorQuery(
                EAST, SearchOptions.top(topK).withThreshold(threshold).withEfSearch(efSearch));
    }

    private static HybridQuery hybrid(
            @Nullable Embedding embedding,
            String text,
            int topK,
            @Nullable Double threshold,
            int efSearch,
            Fusion fusion) {
        return new HybridQuery(
                embedding,
                TextQuery.parse(text, QuerySyntax.WEB),
                fusion,
                SearchOptions.top(topK).withThreshold(threshold).withEfSearch(efSearch));
    }

    private static void assertInvalid(String field, Runnable making) {
        assertThatThrownBy(making::run)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Kind.INVALID);
                            assertThat(refusal.errors().getFirst().field()).isEqualTo(field);
                        });
    }
}

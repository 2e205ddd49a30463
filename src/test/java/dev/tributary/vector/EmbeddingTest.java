package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTest {
    @Test
    void doesNotShareItsArray() {
        float[] given = {1, 2};
        var embedding = Embedding.copyOf(given);

        given[0] = 9;
        embedding.toArray()[1] = 9;

        assertThat(embedding.toArray()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesComponentsThatAreNotFinite(float bad) {
        assertThatThrownBy(() -> Embedding.copyOf(1, bad))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Kind.IMPOSSIBLE);
                            assertThat(refusal.code()).isEqualTo("not_finite");
                        })
                .hasMessageContaining("position 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Embedding.DIMENSION_MAX + 1})
    void refusesDimensionsOutOfRange(int dimension) {
        assertThatThrownBy(() -> Embedding.copyOf(new float[dimension]))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(Kind.IMPOSSIBLE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Embedding.DIMENSION_MAX})
    void takesDimensionsUpToTheirBounds(int dimension) {
        assertThatCode(() -> Embedding.copyOf(new float[dimension])).doesNotThrowAnyException();
        assertThat(Embedding.copyOf(new float[dimension]).dimension()).isEqualTo(dimension);
    }

    @Test
    void aNormWhoseSquaresOverflowFloat32IsImpossible() {
        assertThat(Embedding.copyOf(6e18f, -6e18f).hasDirection()).isTrue();

        assertThatThrownBy(() -> Embedding.copyOf(7e18f, -7e18f))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("norm_out_of_range"));
    }

    @Test
    void hasNoDirectionIfItsSquaresAreLostInFloat32() {
        assertThat(Embedding.copyOf(0, 0).hasDirection()).isFalse();
        assertThat(Embedding.copyOf(0, 1e-16f).hasDirection()).isFalse();
        assertThat(Embedding.copyOf(0, 1e-14f).hasDirection()).isTrue();
    }

    @Test
    void isEqualByItsComponents() {
        assertThat(Embedding.copyOf(1, 2))
                .isEqualTo(Embedding.copyOf(1, 2))
                .hasSameHashCodeAs(Embedding.copyOf(1, 2))
                .isNotEqualTo(Embedding.copyOf(2, 1))
                .isNotEqualTo(Embedding.copyOf(1));
    }

    @Test
    void doesNotPrintItsComponents() {
        assertThat(Embedding.copyOf(1, 2)).hasToString("Embedding[dimension=2]");
    }
}

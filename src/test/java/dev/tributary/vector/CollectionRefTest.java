package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionRefTest {
    private static CollectionRef plane(Metric metric) {
        return new CollectionRef(1, "default", 2, metric, TextSpec.of("english"), IndexSpec.none());
    }

    private static void assertRefused(Metric metric, String code, float... components) {
        assertThatThrownBy(() -> plane(metric).requireFit(Embedding.copyOf(components)))
                .asInstanceOf(InstanceOfAssertFactories.type(ServiceException.class))
                .matches(e -> e.kind() == Kind.IMPOSSIBLE && e.code().equals(code));
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void refusesAnotherDimension(Metric metric) {
        assertRefused(metric, "dimension_mismatch", 1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 1e-25f, Float.MIN_VALUE})
    void refusesWhatHasNoDirectionUnderCosineOnly(float tiny) {
        assertRefused(Metric.COSINE, "zero_vector", tiny, tiny);

        assertThatCode(() -> plane(Metric.L2).requireFit(Embedding.copyOf(tiny, tiny)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesWhatAnIndexOfHalvesCannotHold() {
        var halves =
                new CollectionRef(
                        1,
                        "default",
                        2,
                        Metric.L2,
                        TextSpec.of("english"),
                        IndexSpec.hnsw(IndexSpec.Precision.FLOAT16));

        assertThatThrownBy(() -> halves.requireFit(Embedding.copyOf(1, 1e6f)))
                .asInstanceOf(InstanceOfAssertFactories.type(ServiceException.class))
                .matches(e -> e.code().equals("out_of_float16"));
        assertThatCode(() -> halves.requireFit(Embedding.copyOf(1, -65_504)))
                .doesNotThrowAnyException();
        assertThatCode(() -> plane(Metric.L2).requireFit(Embedding.copyOf(1, 1e6f)))
                .doesNotThrowAnyException();
    }
}

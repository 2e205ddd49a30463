package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.IndexSpec.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexSpecTest {
    @Test
    void hasDefaults() {
        assertThat(IndexSpec.hnsw(Precision.FLOAT16))
                .isEqualTo(new IndexSpec(IndexSpec.Type.HNSW, Precision.FLOAT16, 16, 200, 0));
        assertThat(IndexSpec.ivfflat(Precision.BINARY, 100))
                .isEqualTo(new IndexSpec(IndexSpec.Type.IVFFLAT, Precision.BINARY, 0, 0, 100));
        assertThat(IndexSpec.none())
                .isEqualTo(new IndexSpec(IndexSpec.Type.NONE, Precision.FLOAT32, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "HNSW, 2, 4, 0",
        "HNSW, 100, 200, 0",
        "HNSW, 100, 1000, 0",
        "IVFFLAT, 0, 0, 1",
        "IVFFLAT, 0, 0, 32768",
        "NONE, 0, 0, 0"
    })
    void takesValuesUpToTheirBounds(IndexSpec.Type type, int m, int efConstruction, int lists) {
        assertThatCode(() -> new IndexSpec(type, Precision.FLOAT32, m, efConstruction, lists))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "HNSW, 1, 64, 0, m",
        "HNSW, 101, 1000, 0, m",
        "HNSW, 2147483647, 64, 0, m",
        "HNSW, 2, 3, 0, efConstruction",
        "HNSW, 16, 31, 0, efConstruction",
        "HNSW, 16, 1001, 0, efConstruction",
        "HNSW, 16, 64, 1, lists",
        "IVFFLAT, 0, 0, 0, lists",
        "IVFFLAT, 0, 0, 32769, lists",
        "IVFFLAT, 16, 0, 100, m",
        "IVFFLAT, 0, 64, 100, efConstruction",
        "NONE, 16, 0, 0, m",
        "NONE, 0, 0, 1, lists"
    })
    void refusesValuesOutOfTheirRange(
            IndexSpec.Type type, int m, int efConstruction, int lists, String field) {
        assertThatThrownBy(() -> new IndexSpec(type, Precision.FLOAT32, m, efConstruction, lists))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal ->
                                assertThat(refusal.errors().getFirst().field()).isEqualTo(field));
    }
}

package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.IndexSpec.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexExpressionTest {
    @ParameterizedTest
    @CsvSource({
        "1, FLOAT32",
        "2000, FLOAT32",
        "2001, FLOAT16",
        "4000, FLOAT16",
        "4001, BINARY",
        "16000, BINARY"
    })
    void theFinestPrecisionThatFitsIsChosen(int dimension, Precision precision) {
        assertThat(IndexExpression.finestPrecision(dimension)).isEqualTo(precision);
    }
}

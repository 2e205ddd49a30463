package dev.tributary.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

class EmbeddingJsonTest {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .addModule(EmbeddingJson.module())
                    .build();

    @Test
    void readsAnArrayOfNumbers() {
        assertThat(read("[1, -0.5, 1e-3, 1234567890123456789]"))
                .isEqualTo(Embedding.copyOf(1, -0.5f, 0.001f, (float) 1_234_567_890_123_456_789L));
    }

    @Test
    void readsBase64OfLittleEndianFloats() {
        var bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(1.5f).putFloat(-2);
        String text = Base64.getEncoder().encodeToString(bytes.array());

        assertThat(read('"' + text + '"')).isEqualTo(Embedding.copyOf(1.5f, -2));
    }

    @Test
    void writesTheShortestFormThatReadsBackTheSame() {
        var embedding = Embedding.copyOf(0.1f, -1, 1e18f, Float.MIN_VALUE, 1 / 3f);

        String json = MAPPER.writeValueAsString(embedding);

        assertThat(json).startsWith("[0.1,-1.0,1.0E18,1.4E-45,0.33333334");
        assertThat(read(json)).isEqualTo(embedding);
    }

    @Test
    void readsAsManyComponentsAsThereMayBe() {
        var most = new float[Embedding.DIMENSION_MAX];

        assertThat(read(MAPPER.writeValueAsString(most)).dimension()).isEqualTo(16_000);
        assertKind("[" + "0,".repeat(16_000) + "0]", Kind.IMPOSSIBLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, NaN]",
                "[Infinity]",
                "[-Infinity]",
                "[1e39]",
                "[]",
                "\"\"",
                "\"AADAfw==\""
            })
    void refusesWhatHasNoPlaceInTheSpace(String json) {
        assertKind(json, Kind.IMPOSSIBLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [1, "2"]     | has no number at position 1
                    [1, null]    | has no number at position 1
                    [[1, 2]]     | has no number at position 0
                    {"a": 1}     | must be an array of numbers or base64 of little-endian float32
                    5            | must be an array of numbers or base64 of little-endian float32
                    "not base64" | is a string that is not base64
                    "AAAA"       | is base64 of 3 bytes, must be 4 bytes a component
                    """)
    void refusesWhatIsNoEmbedding(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.INVALID);
                            assertThat(e.errors().getFirst().field()).isEqualTo("embedding");
                            assertThat(e.errors().getFirst().message()).isEqualTo(message);
                        });
    }

    private static void assertKind(String json, Kind kind) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private static Embedding read(String json) {
        return MAPPER.readValue(json, Embedding.class);
    }
}

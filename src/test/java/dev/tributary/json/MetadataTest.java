package dev.tributary.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class MetadataTest {
    @Test
    void acceptsEveryKindOfJson() {
        var metadata = new HashMap<String, @Nullable Object>();
        metadata.put("text", "naïve \"quotes\"\n");
        metadata.put("number", new BigDecimal("0.1000"));
        metadata.put("large", new BigInteger("123456789012345678901234567890"));
        metadata.put("nothing", null);
        metadata.put("list", Arrays.asList(1, true, null, Map.of("deep", 1.5)));

        assertThat(Metadata.check("metadata", metadata)).isSameAs(metadata);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "語", "😀", "\"", "\n", "\u0001"})
    void measuresBytesAsTheyAreWritten(String letter) {
        var metadata = new HashMap<String, @Nullable Object>();
        metadata.put("text", letter);
        metadata.put("list", List.of(1, true));
        metadata.put("empty", List.of(Map.of()));
        metadata.put("fill", "");
        int bytes = bytes(metadata);
        metadata.put("fill", "x".repeat(Metadata.BYTES_MAX - bytes));

        Metadata.check("metadata", metadata);
        metadata.put("fill", "x".repeat(Metadata.BYTES_MAX - bytes + 1));

        assertInvalid(metadata, "metadata", "has more than 65,536 bytes as JSON");
    }

    private static int bytes(Map<String, @Nullable Object> metadata) {
        String json = JsonMapper.shared().writeValueAsString(metadata);
        return json.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void namesThePlaceOfTextThatCannotBeStored() {
        assertInvalid(
                Map.of("authors", List.of("Ann", Map.of("name", "Bo\0b"))),
                "metadata.authors[1].name",
                "has U+0000 at position 2, which cannot be stored");
    }

    @Test
    void refusesAKeyThatCannotBeStored() {
        assertInvalid(
                Map.of("\ud800", 1), "metadata", "has half of a surrogate pair at position 0");
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        assertInvalid(Map.of("year", Double.NaN), "metadata.year", "is NaN, must be finite");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e308", "-1e999999", "1e-400", "0e-99999"})
    void refusesNumbersThatOtherStoresCannotTellFromInfinityOrZero(String number) {
        assertInvalid(
                Map.of("year", new BigDecimal(number)),
                "metadata.year",
                "is a number beyond 1e±307");
    }

    @Test
    void allowsThirtyTwoLevelsAndNotOneMore() {
        Metadata.check("metadata", Map.of("list", lists(Metadata.DEPTH_MAX - 1)));

        assertInvalid(
                Map.of("list", lists(Metadata.DEPTH_MAX)),
                "metadata",
                "is nested deeper than 32 levels");
    }

    private static List<Object> lists(int levels) {
        List<Object> list = new ArrayList<>();
        for (int i = 1; i < levels; i++) {
            list = new ArrayList<>(List.of(list));
        }
        return list;
    }

    private static void assertInvalid(
            Map<String, @Nullable Object> metadata, String field, String message) {
        assertThatThrownBy(() -> Metadata.check("metadata", metadata))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e ->
                                assertThat(e.errors())
                                        .containsExactly(new FieldError(field, message)));
    }
}

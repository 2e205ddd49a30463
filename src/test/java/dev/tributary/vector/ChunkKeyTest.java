package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkKeyTest {
    /** Computed apart, by Python's {@code uuid.uuid5}; stored chunks have these ids. */
    @ParameterizedTest
    @CsvSource({
        "document, guides/hnsw.md, 3, 7d5f6fb2-28d9-5e90-9833-9a2ca228adb2",
        "document, a, 0, b99bde7a-09e3-52b6-9666-1f5c1fbb23e5",
        "page, ключ 😀, 2147483647, 8f2c2f14-f607-58b7-8932-441c120eba07"
    })
    void neverChangesTheIdsThatItGives(
            String sourceType, String sourceId, int chunkIndex, String id) {
        assertThat(new ChunkKey(sourceType, sourceId, chunkIndex).toId()).hasToString(id);
    }

    @Test
    void givesNameBasedIdsOfRfc9562() {
        for (int i = 0; i < 1_000; i++) {
            var id = new ChunkKey("document", "source", i).toId();
            assertThat(id.version()).isEqualTo(5);
            assertThat(id.variant()).isEqualTo(2);
        }
    }

    @Test
    void givesEveryKeyAnIdOfItsOwn() {
        Set<ChunkKey> keys =
                Set.of(
                        new ChunkKey("a", "b", 0),
                        new ChunkKey("a", "b", 1),
                        new ChunkKey("b", "a", 0),
                        new ChunkKey("ab", "c", 0),
                        new ChunkKey("a", "bc", 0),
                        new ChunkKey("a", "b1", 0),
                        new ChunkKey("a", "b", 10),
                        new ChunkKey("a", "b1", 10),
                        new ChunkKey("A", "b", 0),
                        new ChunkKey("a", "b ", 0),
                        new ChunkKey("a", "é", 0),
                        new ChunkKey("a", "e\u0301", 0),
                        new ChunkKey("a", "?", 0),
                        new ChunkKey("a", "😀", 0));

        assertThat(keys.stream().map(ChunkKey::toId).collect(Collectors.toSet()))
                .hasSameSizeAs(keys);
    }

    /** The parts are parted by U+0000, so a key that contained it could pass for another. */
    @ParameterizedTest
    @ValueSource(strings = {"b\0c", "\0", "half a pair \uD83D", "\uDE00"})
    void refusesTextThatCouldMakeTwoKeysTheSame(String text) {
        assertInvalid(() -> new ChunkKey("a", text, 0), "sourceId");
        assertInvalid(() -> new ChunkKey(text, "c", 0), "sourceType");
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                Arguments.of("", "a", 0, "sourceType"),
                Arguments.of("t".repeat(65), "a", 0, "sourceType"),
                Arguments.of("t", "", 0, "sourceId"),
                Arguments.of("t", "a".repeat(513), 0, "sourceId"),
                Arguments.of("t", "a", -1, "chunkIndex"));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void refusesPartsOutOfTheirRange(
            String sourceType, String sourceId, int chunkIndex, String field) {
        assertInvalid(() -> new ChunkKey(sourceType, sourceId, chunkIndex), field);
    }

    @Test
    void takesPartsUpToTheirBounds() {
        var key = new ChunkKey("t".repeat(64), "a".repeat(512), Integer.MAX_VALUE);

        assertThat(key.toId().version()).isEqualTo(5);
    }

    private static void assertInvalid(Runnable making, String field) {
        assertThatThrownBy(making::run)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Kind.INVALID);
                            assertThat(refusal.errors().getFirst().field()).isEqualTo(field);
                        });
    }
}

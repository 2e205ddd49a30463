package dev.tributary.document.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.document.chunk.Chunking.Strategy;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.MiniLm;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkingTest {
    private static final EmbeddingModel MODEL = MiniLm.shared();

    @Test
    void defaultsToSentencesInPiecesAsLongAsTheModelReads() {
        assertThat(Chunking.defaultFor(MODEL))
                .isEqualTo(new Chunking(Strategy.SENTENCE, 256, 32, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "SENTENCE, 256, 32, 0",
        "FIXED, 256, 32, 0",
        "SLIDING, 256, 32, 0",
        "HIERARCHICAL, 128, 32, 512"
    })
    void eachStrategyHasDefaultsOfItsOwn(Strategy strategy, int size, int overlap, int parentSize) {
        assertThat(of(strategy, null, null, null))
                .isEqualTo(new Chunking(strategy, size, overlap, parentSize));
    }

    @Test
    void theDefaultOverlapIsNeverMoreThanHalfTheSize() {
        assertThat(of(null, 20, null, null).overlap()).isEqualTo(10);
        assertThat(of(Strategy.SLIDING, 21, null, null).overlap()).isEqualTo(10);
    }

    @Test
    void aParentIsFourTimesTheSizeUnlessAskedFor() {
        assertThat(of(Strategy.HIERARCHICAL, 50, null, null).parentSize()).isEqualTo(200);
        assertThat(of(Strategy.HIERARCHICAL, 50, null, 50).parentSize()).isEqualTo(50);
        assertThat(of(Strategy.HIERARCHICAL, 50, null, 32_768).parentSize()).isEqualTo(32_768);
    }

    @ParameterizedTest
    @CsvSource({"16, 0", "16, 8", "256, 0", "256, 128"})
    void takesWhatIsInRange(int size, int overlap) {
        assertThat(of(Strategy.FIXED, size, overlap, null))
                .isEqualTo(new Chunking(Strategy.FIXED, size, overlap, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "SENTENCE, 15, 0,, INVALID, chunking.size, 16 to 256",
        "SENTENCE, -1, 0,, INVALID, chunking.size, 16 to 256",
        "SENTENCE, 257, 0,, IMPOSSIBLE, chunking.size, 16 to 256",
        "SENTENCE, 256, 129,, INVALID, chunking.overlap, 0 to 128",
        "SENTENCE, 16, 9,, INVALID, chunking.overlap, 0 to 8",
        "SENTENCE, 64, -1,, INVALID, chunking.overlap, 0 to 32",
        "SLIDING, 64, 0,, INVALID, chunking.overlap, 1 to 32",
        "SLIDING, 64, 33,, INVALID, chunking.overlap, 1 to 32",
        "HIERARCHICAL, 64, 0, 63, INVALID, chunking.parent_size, 64",
        "HIERARCHICAL, 64, 0, 32769, INVALID, chunking.parent_size, '32,768'",
        "SENTENCE, 64, 0, 128, INVALID, chunking.parent_size, hierarchical"
    })
    void refusesWhatIsNot(
            Strategy strategy,
            int size,
            int overlap,
            @Nullable Integer parentSize,
            Kind kind,
            String field,
            String allowed) {
        assertThatThrownBy(() -> of(strategy, size, overlap, parentSize))
                .hasMessageContaining(allowed)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(kind);
                            assertThat(e.errors().getFirst().field()).isEqualTo(field);
                        });
    }

    private static Chunking of(
            @Nullable Strategy strategy,
            @Nullable Integer size,
            @Nullable Integer overlap,
            @Nullable Integer parentSize) {
        return Chunking.of(new ChunkingRequest(strategy, size, overlap, parentSize), MODEL);
    }
}

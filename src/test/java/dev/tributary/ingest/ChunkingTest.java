package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.MiniLm;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.ingest.Chunking.Strategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkingTest {
    private static final EmbeddingModel MODEL = MiniLm.shared();

    @Test
    void defaultsToSentencesInPiecesAsLongAsTheModelReads() {
        assertThat(Chunking.defaultFor(MODEL)).isEqualTo(new Chunking(Strategy.SENTENCE, 256, 32));
    }

    @Test
    void theDefaultOverlapIsNeverMoreThanHalfTheSize() {
        assertThat(Chunking.of(null, 20, null, MODEL).overlap()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"16, 0", "16, 8", "256, 0", "256, 128"})
    void takesWhatIsInRange(int size, int overlap) {
        assertThat(Chunking.of(Strategy.FIXED, size, overlap, MODEL))
                .isEqualTo(new Chunking(Strategy.FIXED, size, overlap));
    }

    @ParameterizedTest
    @CsvSource({
        "15, 0, INVALID, chunking.size, 16 to 256",
        "-1, 0, INVALID, chunking.size, 16 to 256",
        "257, 0, IMPOSSIBLE, chunking.size, 16 to 256",
        "256, 129, INVALID, chunking.overlap, 0 to 128",
        "16, 9, INVALID, chunking.overlap, 0 to 8",
        "64, -1, INVALID, chunking.overlap, 0 to 32"
    })
    void refusesWhatIsNot(int size, int overlap, Kind kind, String field, String allowed) {
        assertThatThrownBy(() -> Chunking.of(null, size, overlap, MODEL))
                .hasMessageContaining(allowed)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(kind);
                            assertThat(e.errors().getFirst().field()).isEqualTo(field);
                        });
    }
}

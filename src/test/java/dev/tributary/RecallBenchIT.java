package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.testing.Script;
import dev.tributary.testing.Script.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code scripts/bench-recall} as people do, on a collection that is there. */
class RecallBenchIT extends CollectionsIT {
    private static final int BAD_INPUT = 2;

    @TempDir private Path directory;

    @Test
    void sweepsTheIndexOfACollectionThatIsThere() throws Exception {
        String collection = create("{\"dimension\": 4, \"index\": {\"type\": \"hnsw\"}}");
        var random = new Random(5);
        assertThat(
                        putChunks(
                                        collection,
                                        IntStream.range(0, 300)
                                                .mapToObj(i -> chunk(i, random))
                                                .toArray(String[]::new))
                                .body()
                                .path("created")
                                .asInt())
                .isEqualTo(300);

        Outcome outcome = sweep(collection);

        assertThat(outcome.exit()).as("%s", outcome).isZero();
        // So small a collection is searched exactly, whatever ef_search says.
        assertThat(outcome.output())
                .contains("### Recall over ef_search: " + collection + ", 300 chunks")
                .containsPattern(
                        "\\| float32 +\\| +10 \\| +1.0000 \\| +\\d+\\.\\d\\d \\| +\\d+\\.\\d\\d \\|")
                .containsPattern(
                        "\\| float32 +\\| +40 \\| +1.0000 \\| +\\d+\\.\\d\\d \\| +\\d+\\.\\d\\d \\|");
        assertThat(Files.readAllLines(directory.resolve("out/recall.csv")))
                .hasSize(3)
                .startsWith("precision,ef_search,recall_at_10,p50_ms,p99_ms")
                .anyMatch(line -> line.startsWith("float32,40,1.0000,"));
        assertThat(directory.resolve("out/recall.svg")).content().contains("<polyline", "float32");
    }

    @Test
    void aCollectionWithoutAnIndexIsRefused() throws Exception {
        Outcome outcome = sweep(create("{\"dimension\": 4, \"index\": {\"type\": \"none\"}}"));

        assertThat(outcome.exit()).isEqualTo(BAD_INPUT);
        assertThat(outcome.errors()).contains("has no HNSW index that is ready");
    }

    private static String chunk(int number, Random random) {
        String embedding =
                IntStream.range(0, 4)
                        .mapToObj(_ -> String.valueOf(random.nextGaussian()))
                        .collect(Collectors.joining(","));
        return "{\"source_id\": \"%d\", \"embedding\": [%s]}".formatted(number, embedding);
    }

    private Outcome sweep(String collection) throws Exception {
        Map<String, String> variables =
                Map.of(
                        "URL", url(""),
                        "COLLECTION", collection,
                        "EF_SEARCH", "10 40",
                        "QUERIES", "20",
                        "SECONDS", "1",
                        "ROUNDS", "1",
                        "OUT", directory.resolve("out").toString());
        return Script.run(directory, variables, List.of("scripts/bench-recall"));
    }
}

package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a collection holds, and that all of it goes with the collection. */
interface StatsContract extends RecordCalls {
    static Stream<Arguments> recordOperations() {
        Filter all = new Filter.And(List.of());
        var hybrid =
                new HybridQuery(
                        Embedding.copyOf(1, 0),
                        TextQuery.parse("word", QuerySyntax.WEB),
                        Fusion.DEFAULT,
                        SearchOptions.top(1));
        var one = List.of(chunk(1).build());
        return Stream.of(
                record("stats", (s, c) -> s.stats(c.allRows())),
                record("forEach", (s, c) -> s.forEach(c.allRows(), EVERYTHING, _ -> {})),
                record(
                        "replaceSource",
                        (s, c) -> s.replaceSource(c.allRows(), "document", "source", one)),
                record(
                        "replaceSource with nothing",
                        (s, c) -> s.replaceSource(c.allRows(), "document", "source", List.of())),
                record("scroll", (s, c) -> s.scroll(c.allRows(), null, null, 10, EVERYTHING)),
                record("sample", (s, c) -> s.sample(c.allRows(), 10, EVERYTHING)),
                record("delete", (s, c) -> s.delete(c.allRows(), all)),
                record("hybrid", (s, c) -> s.hybrid(c.allRows(), hybrid)));
    }

    private static Arguments record(String name, Operation<RecordStore> operation) {
        return Arguments.of(Named.of(name, operation));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.StatsContract#recordOperations")
    default void hasNoRecordsOfADroppedCollection(Operation<RecordStore> operation) {
        var collection = plane();
        fill(collection, chunk(1).build());
        operation.run(store(), collection);
        store().drop(collection);

        assertRefused(Kind.MISSING, () -> operation.run(store(), collection));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.StatsContract#recordOperations")
    default void hasNoRecordsOfWhatWasNeverCreated(Operation<RecordStore> operation) {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        assertRefused(Kind.MISSING, () -> operation.run(store(), collection));
    }

    @Test
    default void countsItsRowsAndBytes() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 50, 2));

        var stats = store().stats(collection.allRows());

        assertThat(stats.chunks()).isEqualTo(50);
        assertThat(stats.bytes()).isPositive();
        assertThat(stats.progress() == null).isEqualTo(stats.freshRows() == 0);
    }
}

package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.IndexSpec.Precision;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Approximate indexes are built, advanced and replaced beside reads and writes. */
public interface IndexUpkeepContract extends IndexCalls {
    static Stream<Arguments> upkeepOperations() {
        return Stream.of(
                upkeep("buildIndex", IndexUpkeep::buildIndex),
                upkeep("advanceIndex", IndexUpkeep::advanceIndex),
                upkeep("writeMark", IndexUpkeep::writeMark),
                upkeep("isIndexed", (i, c) -> i.isIndexed(c, 1)),
                upkeep("dropOtherIndexes", IndexUpkeep::dropOtherIndexes),
                upkeep("upkeepStats", IndexUpkeep::upkeepStats),
                upkeep("upkeep", IndexUpkeep::upkeep));
    }

    private static Arguments upkeep(String name, Operation<IndexUpkeep> operation) {
        return Arguments.of(Named.of(name, operation));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.IndexUpkeepContract#upkeepOperations")
    default void hasNothingToKeepUpOfADroppedCollection(Operation<IndexUpkeep> operation) {
        var collection = plane();
        fill(collection, chunk(1).build());
        operation.run(indexes(), collection);
        store().drop(collection);

        assertRefused(Kind.MISSING, () -> operation.run(indexes(), collection));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.IndexUpkeepContract#upkeepOperations")
    default void hasNothingToKeepUpOfWhatWasNeverCreated(Operation<IndexUpkeep> operation) {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        assertRefused(Kind.MISSING, () -> operation.run(indexes(), collection));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 384, 2_001, 16_000})
    default void namesAPrecisionThatCanHaveSoManyDimensions(int dimension) {
        var finest = indexes().finestPrecision(dimension);

        assertThat(indexes().dimensionMax(finest)).isGreaterThanOrEqualTo(dimension);
    }

    @Test
    default void hasEveryRowInTheIndexOnceItHasAdvancedToTheEnd() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 50, 2));
        long mark = indexes().writeMark(collection);

        for (int i = 0; i < 10_000; i++) {
            if (indexes().advanceIndex(collection) == IndexAdvance.DONE) {
                break;
            }
        }

        assertThat(indexes().isIndexed(collection, mark)).isTrue();
    }

    @Test
    default void hasItsGraphReadyFromTheStart() {
        var collection = collection(2, Metric.L2, HNSW);

        assertThat(store().stats(collection.allRows()).indexState()).isEqualTo(IndexState.READY);
        assertThat(indexes().buildIndex(collection)).isTrue();
    }

    @Test
    default void hasNoIndexWhereNoneIsWanted() {
        var collection = collection(2, Metric.L2, IndexSpec.none());
        fill(collection, chunk(1).build());

        boolean built = indexes().buildIndex(collection);

        assertThat(built).isTrue();
        assertThat(store().stats(collection.allRows()).indexState()).isEqualTo(IndexState.NONE);
    }

    @Test
    default void buildsClustersOnceThereAreRows() {
        var collection = collection(2, Metric.L2, IndexSpec.ivfflat(Precision.FLOAT32, 2));

        boolean builtFromNothing = indexes().buildIndex(collection);
        var stateBefore = store().stats(collection.allRows()).indexState();
        fill(collection, gaussianChunks(random(), 50, 2));
        boolean builtFromRows = indexes().buildIndex(collection);

        assertThat(builtFromNothing).isFalse();
        assertThat(stateBefore).isEqualTo(IndexState.NONE);
        assertThat(builtFromRows).isTrue();
        assertThat(store().stats(collection.allRows()).indexState()).isEqualTo(IndexState.READY);
    }

    static Stream<Arguments> indexChanges() {
        var clusters = IndexSpec.ivfflat(Precision.FLOAT32, 2);
        var denser = new IndexSpec(IndexSpec.Type.HNSW, Precision.FLOAT32, 32, 100, 0);
        return Stream.of(
                Arguments.of(HNSW, IndexSpec.hnsw(Precision.FLOAT16)),
                Arguments.of(HNSW, IndexSpec.hnsw(Precision.BINARY)),
                Arguments.of(HNSW, denser),
                Arguments.of(HNSW, clusters),
                Arguments.of(HNSW, IndexSpec.none()),
                Arguments.of(clusters, HNSW),
                Arguments.of(IndexSpec.none(), HNSW));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.IndexUpkeepContract#indexChanges")
    default void searchesStayRightWhileTheIndexIsChanged(IndexSpec from, IndexSpec to) {
        var before = collection(2, Metric.COSINE, from);
        var after = before.withIndex(to);
        var near = chunk(1).embedding(3, 1).build();
        var far = chunk(2).embedding(-1, -3).build();
        fill(before, far, near);

        assertFinds(before, near, far);
        assertFinds(after, near, far);
        assertThat(indexes().buildIndex(after)).isTrue();
        assertFinds(before, near, far);
        assertFinds(after, near, far);
        indexes().dropOtherIndexes(after);
        assertFinds(before, near, far);
        assertFinds(after, near, far);
    }

    private void assertFinds(CollectionRef collection, Chunk near, Chunk far) {
        var result = nearest(collection, 10, 4, 1);

        assertThat(ids(result)).containsExactlyElementsOf(ids(near, far));
        assertThat(result.complete()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.IndexUpkeepContract#indexChanges")
    default void writesAreFoundWhileTheIndexIsChanged(IndexSpec from, IndexSpec to) {
        var before = collection(2, Metric.COSINE, from);
        var after = before.withIndex(to);
        var first = chunk(1).embedding(1, 1).build();
        var second = chunk(2).embedding(1, 2).build();
        var third = chunk(3).embedding(1, 3).build();

        fill(before, first);
        indexes().buildIndex(after);
        fill(before, second);
        indexes().dropOtherIndexes(after);
        fill(after, third);

        assertThat(ids(nearest(after, 10, 1, 1)))
                .containsExactlyElementsOf(ids(first, second, third));
        assertThat(store().stats(after.allRows()).chunks()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.IndexUpkeepContract#indexChanges")
    default void hasTheNewIndexOnceTheOthersAreDropped(IndexSpec from, IndexSpec to) {
        var before = collection(2, Metric.COSINE, from);
        var after = before.withIndex(to);
        fill(before, gaussianChunks(random(), 20, 2));

        indexes().buildIndex(after);
        indexes().dropOtherIndexes(after);
        indexes().dropOtherIndexes(after);

        assertThat(store().stats(after.allRows()).indexState())
                .isEqualTo(to.type() == IndexSpec.Type.NONE ? IndexState.NONE : IndexState.READY);
    }
}

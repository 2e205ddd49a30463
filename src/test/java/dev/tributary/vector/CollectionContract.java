package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.IndexSpec.Precision;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Collections come and go, and their indexes change. */
abstract class CollectionContract extends StoreFixture {
    private static final Embedding EAST = Embedding.copyOf(1, 0);

    /** A call on a collection. */
    interface Operation {
        void run(RecordStore store, IndexUpkeep indexes, CollectionRef collection);
    }

    static Stream<Arguments> operations() {
        Filter all = new Filter.And(List.of());
        var vector = query(1, null, 1, 0);
        var hybrid =
                new HybridQuery(
                        EAST, TextQuery.parse("word"), Fusion.DEFAULT, SearchOptions.top(1));
        return Stream.of(
                operation("stats", (s, _, c) -> s.stats(c.allRows())),
                operation("buildIndex", (_, i, c) -> i.buildIndex(c)),
                operation("advanceIndex", (_, i, c) -> i.advanceIndex(c)),
                operation("writeMark", (_, i, c) -> i.writeMark(c)),
                operation("isIndexed", (_, i, c) -> i.isIndexed(c, 1)),
                operation("upkeepStats", (_, i, c) -> i.upkeepStats(c)),
                operation("upkeep", (_, i, c) -> i.upkeep(c)),
                operation("forEach", (s, _, c) -> s.forEach(c.allRows(), EVERYTHING, _ -> {})),
                operation("dropOtherIndexes", (_, i, c) -> i.dropOtherIndexes(c)),
                operation("upsert", (s, _, c) -> s.upsert(c.allRows(), List.of(chunk(1).build()))),
                operation(
                        "replaceSource",
                        (s, _, c) ->
                                s.replaceSource(
                                        c.allRows(),
                                        "document",
                                        "source",
                                        List.of(chunk(1).build()))),
                operation(
                        "replaceSource with nothing",
                        (s, _, c) -> s.replaceSource(c.allRows(), "document", "source", List.of())),
                operation(
                        "get",
                        (s, _, c) ->
                                s.get(c.allRows(), List.of(chunk(1).build().id()), EVERYTHING)),
                operation("scroll", (s, _, c) -> s.scroll(c.allRows(), null, null, 10, EVERYTHING)),
                operation("delete", (s, _, c) -> s.delete(c.allRows(), all)),
                operation("count", (s, _, c) -> s.count(c.allRows(), null)),
                operation("search", (s, _, c) -> s.search(c.allRows(), vector)),
                operation("hybrid", (s, _, c) -> s.hybrid(c.allRows(), hybrid)));
    }

    private static Arguments operation(String name, Operation operation) {
        return Arguments.of(Named.of(name, operation));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void isMissingAfterItWasDropped(Operation operation) {
        var collection = plane();
        fill(collection, chunk(1).build());
        operation.run(store(), indexes(), collection);
        store().drop(collection);

        ThrowingCallable call = () -> operation.run(store(), indexes(), collection);

        assertRefused(Kind.MISSING, call);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void isMissingIfItWasNeverCreated(Operation operation) {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        ThrowingCallable call = () -> operation.run(store(), indexes(), collection);

        assertRefused(Kind.MISSING, call);
    }

    @Test
    void creatingTwiceKeepsTheRows() {
        var collection = plane();
        fill(collection, chunk(1).build());

        store().create(collection);

        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
    }

    @Test
    void droppingTwiceDoesNothing() {
        var collection = plane();
        store().drop(collection);

        assertThatCode(() -> store().drop(collection)).doesNotThrowAnyException();
    }

    @Test
    void droppingWhatNeverWasDoesNothing() {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        assertThatCode(() -> store().drop(collection)).doesNotThrowAnyException();
    }

    @Test
    void droppingOneLeavesTheOthers() {
        var kept = plane();
        var dropped = plane();
        var chunk = chunk(1).build();
        fill(kept, chunk);
        fill(dropped, chunk);

        store().drop(dropped);

        assertThat(ids(nearest(kept, 10, 1, 0))).containsExactly(chunk.id());
    }

    @Test
    void keepsCollectionsApart() {
        var one = plane();
        var other = plane();
        var chunk = chunk(1).build();
        fill(one, chunk);

        assertThat(store().count(other.allRows(), null)).isZero();
        assertThat(nearest(other, 10, 1, 0).hits()).isEmpty();
        assertThat(store().get(other.allRows(), ids(chunk), EVERYTHING)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"klingon", "", "english'; DROP TABLE chunk; --", "engl\"ish"})
    void refusesALanguageItDoesNotKnow(String language) {
        var collection = unborn(2, Metric.L2, language, HNSW);

        ThrowingCallable call = () -> store().create(collection);

        assertRefused(Kind.IMPOSSIBLE, call);
        assertRefused(Kind.MISSING, () -> store().count(collection.allRows(), null));
    }

    @Test
    void hasAName() {
        assertThat(store().name()).isNotBlank();
    }

    @Test
    void countsItsRowsAndBytes() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 50, 2));

        var stats = store().stats(collection.allRows());

        assertThat(stats.chunks()).isEqualTo(50);
        assertThat(stats.bytes()).isPositive();
        assertThat(stats.progress()).isNull();
    }

    @Test
    void hasItsGraphReadyFromTheStart() {
        var collection = collection(2, Metric.L2, HNSW);

        assertThat(store().stats(collection.allRows()).indexState()).isEqualTo(IndexState.READY);
        assertThat(indexes().buildIndex(collection)).isTrue();
    }

    @Test
    void hasNoIndexWhereNoneIsWanted() {
        var collection = collection(2, Metric.L2, IndexSpec.none());
        fill(collection, chunk(1).build());

        boolean built = indexes().buildIndex(collection);

        assertThat(built).isTrue();
        assertThat(store().stats(collection.allRows()).indexState()).isEqualTo(IndexState.NONE);
    }

    @Test
    void buildsClustersOnceThereAreRows() {
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
    @MethodSource("indexChanges")
    void searchesStayRightWhileTheIndexIsChanged(IndexSpec from, IndexSpec to) {
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
    @MethodSource("indexChanges")
    void writesAreFoundWhileTheIndexIsChanged(IndexSpec from, IndexSpec to) {
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
    @MethodSource("indexChanges")
    void hasTheNewIndexOnceTheOthersAreDropped(IndexSpec from, IndexSpec to) {
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

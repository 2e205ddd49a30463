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
        void run(VectorStore store, CollectionRef collection);
    }

    static Stream<Arguments> operations() {
        Filter all = new Filter.And(List.of());
        var vector = query(1, null, 1, 0);
        var hybrid =
                new HybridQuery(
                        EAST, TextQuery.parse("word"), Fusion.DEFAULT, SearchOptions.top(1));
        return Stream.of(
                operation("stats", VectorStore::stats),
                operation("buildIndex", VectorStore::buildIndex),
                operation("advanceIndex", VectorStore::advanceIndex),
                operation("writeMark", VectorStore::writeMark),
                operation("isIndexed", (s, c) -> s.isIndexed(c, 1)),
                operation("storage", VectorStore::storage),
                operation("tidy", VectorStore::tidy),
                operation("forEach", (s, c) -> s.forEach(c, EVERYTHING, _ -> {})),
                operation("dropOtherIndexes", VectorStore::dropOtherIndexes),
                operation("upsert", (s, c) -> s.upsert(c, List.of(chunk(1).build()))),
                operation(
                        "replaceSource",
                        (s, c) ->
                                s.replaceSource(
                                        c, "document", "source", List.of(chunk(1).build()))),
                operation(
                        "replaceSource with nothing",
                        (s, c) -> s.replaceSource(c, "document", "source", List.of())),
                operation("get", (s, c) -> s.get(c, List.of(chunk(1).build().id()), EVERYTHING)),
                operation("scroll", (s, c) -> s.scroll(c, null, null, 10, EVERYTHING)),
                operation("delete", (s, c) -> s.delete(c, all)),
                operation("count", (s, c) -> s.count(c, null)),
                operation("search", (s, c) -> s.search(c, vector)),
                operation("hybrid", (s, c) -> s.hybrid(c, hybrid)));
    }

    private static Arguments operation(String name, Operation operation) {
        return Arguments.of(Named.of(name, operation));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void isMissingAfterItWasDropped(Operation operation) {
        var collection = plane();
        fill(collection, chunk(1).build());
        operation.run(store(), collection);
        store().drop(collection);

        ThrowingCallable call = () -> operation.run(store(), collection);

        assertRefused(Kind.MISSING, call);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void isMissingIfItWasNeverCreated(Operation operation) {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        ThrowingCallable call = () -> operation.run(store(), collection);

        assertRefused(Kind.MISSING, call);
    }

    @Test
    void creatingTwiceKeepsTheRows() {
        var collection = plane();
        fill(collection, chunk(1).build());

        store().create(collection);

        assertThat(store().count(collection, null)).isEqualTo(1);
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

        assertThat(store().count(other, null)).isZero();
        assertThat(nearest(other, 10, 1, 0).hits()).isEmpty();
        assertThat(store().get(other, ids(chunk), EVERYTHING)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"klingon", "", "english'; DROP TABLE chunk; --", "engl\"ish"})
    void refusesALanguageItDoesNotKnow(String language) {
        var collection = unborn(2, Metric.L2, language, HNSW);

        ThrowingCallable call = () -> store().create(collection);

        assertRefused(Kind.IMPOSSIBLE, call);
        assertRefused(Kind.MISSING, () -> store().count(collection, null));
    }

    @Test
    void hasAName() {
        assertThat(store().name()).isNotBlank();
    }

    @Test
    void countsItsRowsAndBytes() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 50, 2));

        var stats = store().stats(collection);

        assertThat(stats.chunks()).isEqualTo(50);
        assertThat(stats.bytes()).isPositive();
        assertThat(stats.progress()).isNull();
    }

    @Test
    void hasItsGraphReadyFromTheStart() {
        var collection = collection(2, Metric.L2, HNSW);

        assertThat(store().stats(collection).indexState()).isEqualTo(IndexState.READY);
        assertThat(store().buildIndex(collection)).isTrue();
    }

    @Test
    void hasNoIndexWhereNoneIsWanted() {
        var collection = collection(2, Metric.L2, IndexSpec.none());
        fill(collection, chunk(1).build());

        boolean built = store().buildIndex(collection);

        assertThat(built).isTrue();
        assertThat(store().stats(collection).indexState()).isEqualTo(IndexState.NONE);
    }

    @Test
    void buildsClustersOnceThereAreRows() {
        var collection = collection(2, Metric.L2, IndexSpec.ivfflat(Precision.FLOAT32, 2));

        boolean builtFromNothing = store().buildIndex(collection);
        var stateBefore = store().stats(collection).indexState();
        fill(collection, gaussianChunks(random(), 50, 2));
        boolean builtFromRows = store().buildIndex(collection);

        assertThat(builtFromNothing).isFalse();
        assertThat(stateBefore).isEqualTo(IndexState.NONE);
        assertThat(builtFromRows).isTrue();
        assertThat(store().stats(collection).indexState()).isEqualTo(IndexState.READY);
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
        assertThat(store().buildIndex(after)).isTrue();
        assertFinds(before, near, far);
        assertFinds(after, near, far);
        store().dropOtherIndexes(after);
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
        store().buildIndex(after);
        fill(before, second);
        store().dropOtherIndexes(after);
        fill(after, third);

        assertThat(ids(nearest(after, 10, 1, 1)))
                .containsExactlyElementsOf(ids(first, second, third));
        assertThat(store().stats(after).chunks()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("indexChanges")
    void hasTheNewIndexOnceTheOthersAreDropped(IndexSpec from, IndexSpec to) {
        var before = collection(2, Metric.COSINE, from);
        var after = before.withIndex(to);
        fill(before, gaussianChunks(random(), 20, 2));

        store().buildIndex(after);
        store().dropOtherIndexes(after);
        store().dropOtherIndexes(after);

        assertThat(store().stats(after).indexState())
                .isEqualTo(to.type() == IndexSpec.Type.NONE ? IndexState.NONE : IndexState.READY);
    }
}

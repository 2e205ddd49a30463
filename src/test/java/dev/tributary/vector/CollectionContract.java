package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tributary.failure.ServiceException.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Collections come and go. */
interface CollectionContract extends StoreCalls {
    static Stream<Arguments> operations() {
        var vector = query(1, null, 1, 0);
        return Stream.of(
                operation("upsert", (s, c) -> s.upsert(c.allRows(), List.of(chunk(1).build()))),
                operation("delete", (s, c) -> s.delete(c.allRows(), ids(chunk(1).build()))),
                operation("get", (s, c) -> s.get(c.allRows(), ids(chunk(1).build()), EVERYTHING)),
                operation("ids", (s, c) -> s.ids(c.allRows(), null, 10)),
                operation("count", (s, c) -> s.count(c.allRows(), null)),
                operation("search", (s, c) -> s.search(c.allRows(), vector)));
    }

    private static Arguments operation(String name, Operation<VectorStore> operation) {
        return Arguments.of(Named.of(name, operation));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.CollectionContract#operations")
    default void isMissingAfterItWasDropped(Operation<VectorStore> operation) {
        var collection = plane();
        fill(collection, chunk(1).build());
        operation.run(store(), collection);
        store().drop(collection);

        ThrowingCallable call = () -> operation.run(store(), collection);

        assertRefused(Kind.MISSING, call);
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.CollectionContract#operations")
    default void isMissingIfItWasNeverCreated(Operation<VectorStore> operation) {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        ThrowingCallable call = () -> operation.run(store(), collection);

        assertRefused(Kind.MISSING, call);
    }

    @Test
    default void creatingTwiceKeepsTheRows() {
        var collection = plane();
        fill(collection, chunk(1).build());

        store().create(collection);

        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
    }

    @Test
    default void droppingTwiceDoesNothing() {
        var collection = plane();
        store().drop(collection);

        assertThatCode(() -> store().drop(collection)).doesNotThrowAnyException();
    }

    @Test
    default void droppingWhatNeverWasDoesNothing() {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        assertThatCode(() -> store().drop(collection)).doesNotThrowAnyException();
    }

    @Test
    default void droppingOneLeavesTheOthers() {
        var kept = plane();
        var dropped = plane();
        var chunk = chunk(1).build();
        fill(kept, chunk);
        fill(dropped, chunk);

        store().drop(dropped);

        assertThat(ids(nearest(kept, 10, 1, 0))).containsExactly(chunk.id());
    }

    @Test
    default void keepsCollectionsApart() {
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
    default void refusesALanguageItDoesNotKnow(String language) {
        var collection = unborn(2, Metric.L2, language, HNSW);

        ThrowingCallable call = () -> store().create(collection);

        assertRefused(Kind.IMPOSSIBLE, call);
        assertRefused(Kind.MISSING, () -> store().count(collection.allRows(), null));
    }

    @Test
    default void hasAName() {
        assertThat(store().name()).isNotBlank();
    }
}

package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.FilterContract.names;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.ChunkOutcome.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks are put whole, and deleted by id; both may be repeated. */
interface UpsertContract extends StoreCalls {
    @Test
    default void replacesEveryPartAndMergesNone() {
        var collection = plane();
        var full = chunk(1).content("text").metadata(Map.of("a", 1)).tenant("t").tokenCount(3);
        fill(collection, full.build());
        var bare = chunk(1).metadata(Map.of("b", 2)).build();

        var status = put(collection, bare);

        assertThat(status).isEqualTo(Status.UPDATED);
        assertSame(stored(collection, bare.id()), bare);
    }

    @Test
    default void failsTheLaterOfTwoChunksWithTheSameId() {
        var collection = plane();
        var first = chunk(1).content("first").build();
        var later = chunk(2).id(first.id()).content("later").build();
        var other = chunk(3).build();

        var outcomes = store().upsert(collection.allRows(), List.of(first, later, other));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(statusOfNew(), Status.FAILED, statusOfNew());
        assertThat(outcomes.get(1).error()).contains(first.id().toString());
        assertSame(stored(collection, first.id()), first);
    }

    @ParameterizedTest
    @EnumSource
    default void failsAChunkOfAnotherDimensionAlone(Metric metric) {
        var collection = collection(2, metric);
        var good = chunk(1).build();
        var shorter = chunk(2).embedding(1).build();
        var longer = chunk(3).embedding(1, 2, 3).build();

        var outcomes = store().upsert(collection.allRows(), List.of(shorter, good, longer));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.FAILED, statusOfNew(), Status.FAILED);
        assertThat(outcomes.getFirst().error()).isNotBlank();
        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
    }

    @Test
    default void failsAChunkWithoutADirectionAloneUnderCosine() {
        var collection = collection(2, Metric.COSINE);

        var outcomes =
                store().upsert(
                                collection.allRows(),
                                List.of(chunk(1).embedding(0, 0).build(), chunk(2).build()));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.FAILED, statusOfNew());
        assertThat(outcomes.getFirst().error()).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "COSINE")
    default void takesAZeroVectorUnderOtherMetrics(Metric metric) {
        var collection = collection(2, metric);
        var zero = chunk(1).embedding(0, 0).build();

        fill(collection, zero);

        assertThat(ids(nearest(collection, 1, 0, 0))).containsExactly(zero.id());
    }

    static Stream<Arguments> unstorable() {
        return Stream.of("a\0b", "half a pair: \uD83D")
                .flatMap(text ->
                        Stream.of(
                                change("content", c -> c.content(text)),
                                change("metadata value", c -> c.metadata("k", text)),
                                change("metadata key", c -> c.metadata(text, 1)),
                                change(
                                        "deep in metadata",
                                        c -> c.metadata("k", List.of(Map.of("x", text)))),
                                change("tenant", c -> c.tenant(text)),
                                change("cert refs", c -> c.certRefs(List.of(text))),
                                change("boosts", c -> c.boosts(Map.of(text, 1.0)))));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.UpsertContract#unstorable")
    default void failsTextThatCannotBeStoredAlone(UnaryOperator<ChunkBuilder> change) {
        var collection = plane();
        var bad = change.apply(chunk(1)).build();

        var outcomes = store().upsert(collection.allRows(), List.of(bad, chunk(2).build()));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.FAILED, statusOfNew());
        assertThat(outcomes.getFirst().error()).isNotBlank();
        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
    }

    @Test
    default void failsNumbersThatAreNotJsonAlone() {
        var collection = plane();
        var bad = chunk(1).metadata("k", Double.NaN).build();

        var outcomes = store().upsert(collection.allRows(), List.of(bad, chunk(2).build()));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.FAILED, statusOfNew());
    }

    @Test
    default void storesAThousandChunksInOneCall() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), VectorStore.BATCH_MAX, 2);

        var outcomes = store().upsert(collection.allRows(), chunks);

        assertThat(outcomes)
                .extracting(ChunkOutcome::id)
                .containsExactlyElementsOf(chunks.stream().map(Chunk::id).toList());
        assertThat(outcomes).extracting(ChunkOutcome::status).containsOnly(statusOfNew());
        assertThat(store().count(collection.allRows(), null)).isEqualTo(VectorStore.BATCH_MAX);
    }

    @Test
    default void refusesMoreThanAThousandChunksInOneCall() {
        var collection = plane();
        List<Chunk> chunks =
                IntStream.rangeClosed(0, VectorStore.BATCH_MAX)
                        .mapToObj(i -> chunk(i).build())
                        .toList();

        ThrowingCallable call = () -> store().upsert(collection.allRows(), chunks);

        assertRefused(Kind.INVALID, call);
        assertThat(store().count(collection.allRows(), null)).isZero();
    }

    @Test
    default void storesNothingIfThereIsNothingToStore() {
        assertThat(store().upsert(plane().allRows(), List.of())).isEmpty();
    }

    @Test
    default void findsAChunkWhereItsNewEmbeddingIs() {
        var collection = plane();
        var other = chunk(2).embedding(5, 5).build();
        fill(collection, chunk(1).embedding(0, 0).build(), other);
        var moved = chunk(1).embedding(9, 9).build();

        put(collection, moved);

        var hits = nearest(collection, 10, 0, 0).hits();
        assertThat(hits).extracting(Hit::id).containsExactlyElementsOf(ids(other, moved));
    }

    private static Arguments change(String name, UnaryOperator<ChunkBuilder> change) {
        return Arguments.of(Named.of(name, change));
    }

    @Test
    default void changesNothingWhenAnUpsertIsRepeated() {
        var collection = plane();
        var chunk = chunk(1).content("text").metadata(Map.of("n", 1)).build();
        fill(collection, chunk);

        var outcome = store().upsert(collection.allRows(), List.of(chunk)).getFirst();

        assertThat(outcome.status()).isNotIn(Status.CREATED, Status.FAILED);
        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
        assertSame(stored(collection, chunk.id()), chunk);
    }

    @Test
    default void deletesTheseIdsAndNoOthersAndMayBeRepeated() {
        var collection = plane();
        var kept = chunk(1).build();
        var gone = chunk(2).build();
        fill(collection, kept, gone);
        var ids = List.of(gone.id(), UUID.randomUUID(), gone.id());

        store().delete(collection.allRows(), ids);
        store().delete(collection.allRows(), ids);

        assertThat(store().ids(collection.allRows(), null, 10)).containsExactly(kept.id());
        assertThat(ids(nearest(collection, 10, 1, 0))).containsExactly(kept.id());
    }

    @Test
    default void deletesAThousandIdsAndRefusesMore() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), VectorStore.BATCH_MAX, 2);
        fill(collection, chunks);
        var ids = new ArrayList<>(chunks.stream().map(Chunk::id).toList());
        ids.add(UUID.randomUUID());

        assertRefused(Kind.INVALID, () -> store().delete(collection.allRows(), ids));
        assertThat(store().count(collection.allRows(), null)).isEqualTo(VectorStore.BATCH_MAX);

        store().delete(collection.allRows(), ids.subList(0, VectorStore.BATCH_MAX));
        assertThat(store().count(collection.allRows(), null)).isZero();
    }
}

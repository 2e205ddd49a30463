package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.ChunkOutcome.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Outcomes, keys, and deletions by filter. */
interface WriteContract extends RecordCalls {
    Filter ALL = new Filter.And(List.of());

    @Test
    default void createsAChunkAndThenLeavesItAlone() {
        var collection = plane();
        var chunk = chunk(1).content("text").metadata(Map.of("n", 1)).build();

        var first = store().upsert(collection.allRows(), List.of(chunk));
        var before = stored(collection, chunk.id());
        var second = store().upsert(collection.allRows(), List.of(chunk));
        var after = stored(collection, chunk.id());

        assertThat(first).containsExactly(ChunkOutcome.of(chunk.id(), Status.CREATED));
        assertThat(second).containsExactly(ChunkOutcome.of(chunk.id(), Status.UNCHANGED));
        assertThat(before.createdAt()).isEqualTo(before.updatedAt());
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isEqualTo(before.updatedAt());
        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("key", c -> c.key(new ChunkKey("page", "elsewhere", 7))),
                change("content", c -> c.content("other")),
                change("content hash", c -> c.contentHash("ab".repeat(32))),
                change("embedding", c -> c.embedding(0, 1)),
                change("metadata", c -> c.metadata(Map.of("n", 2))),
                change("tenant", c -> c.tenant("other")),
                change("acl digest", c -> c.aclDigest("00ff")),
                change("cert refs", c -> c.certRefs(List.of("x"))),
                change("boosts", c -> c.boosts(Map.of("fresh", 2.0))),
                change("token count", c -> c.tokenCount(9)),
                change("parent", c -> c.parent(0, "the whole")));
    }

    private static Arguments change(String name, UnaryOperator<ChunkBuilder> change) {
        return Arguments.of(Named.of(name, change));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.WriteContract#changes")
    default void replacesAChunkInWhichAnythingChanged(UnaryOperator<ChunkBuilder> change) {
        var collection = plane();
        var id = chunk(1).build().id();
        fill(collection, base(id).build());
        var before = stored(collection, id);
        var changed = change.apply(base(id)).build();

        var status = put(collection, changed);

        var after = stored(collection, id);
        assertThat(status).isEqualTo(Status.UPDATED);
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isAfter(before.updatedAt());
        assertSame(after, changed);
    }

    private static ChunkBuilder base(UUID id) {
        return chunk(1).id(id).content("text").metadata(Map.of("n", 1)).tenant("one");
    }

    @Test
    default void answersInTheOrderOfTheChunks() {
        var collection = plane();
        fill(collection, chunk(2).build(), chunk(3).build());
        var changed = chunk(3).content("new").build();

        var outcomes =
                store().upsert(
                                collection.allRows(),
                                List.of(changed, chunk(1).build(), chunk(2).build()));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.UPDATED, Status.CREATED, Status.UNCHANGED);
        assertThat(outcomes)
                .extracting(ChunkOutcome::id)
                .containsExactlyElementsOf(ids(changed, chunk(1).build(), chunk(2).build()));
    }

    @Test
    default void failsTheLaterOfTwoChunksWithTheSameKey() {
        var collection = plane();
        var first = chunk("guides/hnsw.md", 1).content("first").build();
        var later = chunk("guides/hnsw.md", 1).id(UUID.randomUUID()).build();
        var other = chunk("guides/hnsw.md", 2).build();

        var outcomes = store().upsert(collection.allRows(), List.of(first, later, other));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.CREATED, Status.FAILED, Status.CREATED);
        assertThat(outcomes.get(1).error()).contains("guides/hnsw.md");
        assertThat(store().get(collection.allRows(), ids(first, later, other), EVERYTHING))
                .extracting(StoredChunk::id)
                .containsExactlyElementsOf(ids(first, other));
    }

    @Test
    default void failsAChunkWhoseKeyAnotherIdHas() {
        var collection = plane();
        var owner = chunk("guides/hnsw.md", 1).content("owner").build();
        fill(collection, owner);
        var thief = chunk("guides/hnsw.md", 1).id(UUID.randomUUID()).content("thief").build();
        var other = chunk("guides/hnsw.md", 2).build();

        var outcomes = store().upsert(collection.allRows(), List.of(thief, other));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.FAILED, Status.CREATED);
        assertThat(outcomes.getFirst().error()).contains("guides/hnsw.md");
        assertThat(store().count(collection.allRows(), null)).isEqualTo(2);
        assertSame(stored(collection, owner.id()), owner);
    }

    @Test
    default void failsAStoredChunkThatMovesToAnothersKey() {
        var collection = plane();
        var mover = chunk(1).build();
        var owner = chunk(2).build();
        fill(collection, mover, owner);

        var status = put(collection, chunk(2).id(mover.id()).build());

        assertThat(status).isEqualTo(Status.FAILED);
        assertSame(stored(collection, mover.id()), mover);
        assertSame(stored(collection, owner.id()), owner);
    }

    @Test
    default void freesTheKeyThatAChunkMovesAwayFrom() {
        var collection = plane();
        var mover = chunk(1).build();
        fill(collection, mover);
        put(collection, chunk(2).id(mover.id()).build());

        var status = put(collection, chunk(1).id(UUID.randomUUID()).build());

        assertThat(status).isEqualTo(Status.CREATED);
        assertThat(store().count(collection.allRows(), null)).isEqualTo(2);
    }

    @Test
    default void deletesWhatMatchesAndCountsIt() {
        var collection = plane();
        var kept = chunk("kept", 0).build();
        fill(collection, chunk("gone", 0).build(), kept, chunk("gone", 1).build());

        long deleted = store().delete(collection.allRows(), Filter.source("document", "gone"));
        long again = store().delete(collection.allRows(), Filter.source("document", "gone"));

        assertThat(deleted).isEqualTo(2);
        assertThat(again).isZero();
        assertThat(ids(nearest(collection, 10, 1, 0))).containsExactly(kept.id());
        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
    }

    @Test
    default void deletesByIdAndOverlooksIdsThatAreNotThere() {
        var collection = plane();
        fill(collection, chunk(1).build(), chunk(2).build());

        long deleted =
                store().delete(
                                collection.allRows(),
                                Filter.ids(List.of(chunk(1).build().id(), UUID.randomUUID())));

        assertThat(deleted).isEqualTo(1);
    }

    @Test
    default void deletesEverythingIfEverythingMatches() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 100, 2));

        long deleted = store().delete(collection.allRows(), ALL);

        assertThat(deleted).isEqualTo(100);
        assertThat(store().count(collection.allRows(), null)).isZero();
    }

    @Test
    default void createsADeletedChunkAnew() {
        var collection = plane();
        var chunk = chunk(1).build();
        fill(collection, chunk);
        var before = stored(collection, chunk.id());
        store().delete(collection.allRows(), ALL);

        var status = put(collection, chunk);

        assertThat(status).isEqualTo(Status.CREATED);
        assertThat(stored(collection, chunk.id()).createdAt()).isAfter(before.createdAt());
    }
}

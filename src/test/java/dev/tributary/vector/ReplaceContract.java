package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoredChunks.assertSame;
import static dev.tributary.vector.StoredChunks.numbered;
import static dev.tributary.vector.StoredChunks.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole sources. */
interface ReplaceContract extends RecordCalls {
    @Test
    default void countsWhatAReplacementChanged() {
        var collection = plane();
        fill(collection, chunk(0).build(), chunk(1).build(), chunk(2).build(), chunk(3).build());
        var unchanged = chunk(0).build();
        var updated = chunk(1).content("new").build();
        var created = chunk(9).build();

        var outcome = replace(collection, List.of(unchanged, updated, created));

        assertThat(outcome).isEqualTo(new ReplaceOutcome(1, 1, 1, 2));
        assertThat(contents(collection))
                .extracting(StoredChunk::id)
                .containsExactlyInAnyOrderElementsOf(ids(unchanged, updated, created));
        assertSame(stored(collection, updated.id()), updated);
    }

    @Test
    default void leavesUnchangedChunksOfAReplacementAlone() {
        var collection = plane();
        fill(collection, chunk(0).build(), chunk(1).build());
        var before = stored(collection, chunk(0).build().id());

        replace(collection, List.of(chunk(0).build(), chunk(1).content("new").build()));

        var after = stored(collection, chunk(0).build().id());
        assertThat(after.updatedAt()).isEqualTo(before.updatedAt());
        assertThat(stored(collection, chunk(1).build().id()).updatedAt())
                .isAfter(before.updatedAt());
    }

    @Test
    default void leavesOtherSourcesAlone() {
        var collection = plane();
        var otherId = chunk("other", 0).build();
        var otherType = chunk(0).key(new ChunkKey("page", "source", 0)).build();
        fill(collection, otherId, otherType, chunk(0).build());

        replace(collection, List.of(chunk(1).build()));

        assertThat(contents(collection))
                .extracting(StoredChunk::id)
                .containsExactlyInAnyOrderElementsOf(ids(otherId, otherType, chunk(1).build()));
    }

    @Test
    default void deletesASourceThatIsReplacedByNothing() {
        var collection = plane();
        var other = chunk("other", 0).build();
        fill(collection, chunk(0).build(), chunk(1).build(), other);

        var outcome = replace(collection, List.of());

        assertThat(outcome).isEqualTo(new ReplaceOutcome(0, 0, 0, 2));
        assertThat(contents(collection)).extracting(StoredChunk::id).containsExactly(other.id());
    }

    @Test
    default void replacesMoreThanOneBatchOfChunks() {
        var collection = plane();
        int count = 2 * VectorStore.BATCH_MAX + 1;

        var first = replace(collection, numbered(count, "first"));
        var second = replace(collection, numbered(count - 1, "second"));

        assertThat(first).isEqualTo(new ReplaceOutcome(count, 0, 0, 0));
        assertThat(second).isEqualTo(new ReplaceOutcome(0, count - 1, 0, 1));
        assertThat(store().count(collection.allRows(), Filter.equal(path("version"), "second")))
                .isEqualTo(count - 1);
        assertThat(store().count(collection.allRows(), null)).isEqualTo(count - 1);
    }

    @Test
    default void doesNothingWhenRepeated() {
        var collection = plane();
        replace(collection, numbered(20, "first"));

        var again = replace(collection, numbered(20, "first"));

        assertThat(again).isEqualTo(new ReplaceOutcome(0, 0, 20, 0));
    }

    @Test
    default void letsChunksOfASourceChangePlaces() {
        var collection = plane();
        var a = chunk(0).id(UUID.randomUUID()).content("a").build();
        var b = chunk(1).id(UUID.randomUUID()).content("b").build();
        var c = chunk(2).id(UUID.randomUUID()).content("c").build();
        fill(collection, a, b, c);
        var movedA = chunk(1).id(a.id()).content("a").build();
        var movedB = chunk(0).id(b.id()).content("b").build();
        var inPlaceOfC = chunk(2).id(UUID.randomUUID()).content("d").build();

        var outcome = replace(collection, List.of(movedA, movedB, inPlaceOfC));

        assertThat(outcome).isEqualTo(new ReplaceOutcome(1, 2, 0, 1));
        assertSame(stored(collection, a.id()), movedA);
        assertSame(stored(collection, b.id()), movedB);
        assertSame(stored(collection, inPlaceOfC.id()), inPlaceOfC);
    }

    static Stream<Arguments> badReplacements() {
        var taken = chunk("other", 0).build().id();
        return Stream.of(
                bad("id of another source", Kind.CONFLICT, chunk(7).id(taken).build()),
                bad("chunk of another source", Kind.INVALID, chunk("other", 7).build()),
                bad("id twice", Kind.INVALID, chunk(7).id(chunk(5).build().id()).build()),
                bad("key twice", Kind.INVALID, chunk(5).id(UUID.randomUUID()).build()),
                bad("wrong dimension", Kind.IMPOSSIBLE, chunk(7).embedding(1).build()),
                bad("no direction", Kind.IMPOSSIBLE, chunk(7).embedding(0, 0).build()),
                bad("U+0000", Kind.INVALID, chunk(7).content("a\0b").build()));
    }

    private static Arguments bad(String name, Kind kind, Chunk chunk) {
        return Arguments.of(Named.of(name, chunk), kind);
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.ReplaceContract#badReplacements")
    default void changesNothingIfOneChunkOfAReplacementIsBad(Chunk bad, Kind kind) {
        var collection = collection(2, Metric.COSINE);
        fill(collection, chunk(0).build(), chunk(1).build(), chunk("other", 0).build());
        var before = contents(collection);
        var changed = chunk(0).content("new").build();

        ThrowingCallable call = () -> replace(collection, List.of(changed, chunk(5).build(), bad));

        assertRefused(kind, call);
        assertThat(contents(collection)).isEqualTo(before);
    }

    private List<StoredChunk> contents(CollectionRef collection) {
        return store().scroll(collection.allRows(), null, null, VectorStore.BATCH_MAX, EVERYTHING)
                .chunks();
    }
}

package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.ColumnFilterContract.reference;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.assertSame;
import static dev.tributary.vector.StoredChunks.findable;
import static dev.tributary.vector.StoredChunks.numbered;
import static dev.tributary.vector.StoredChunks.path;
import static dev.tributary.vector.StoredChunks.scattered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.Filter.And;
import dev.tributary.vector.Filter.Not;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks walked through, sampled, and deleted by any filter. */
interface ScrollContract extends RecordCalls {
    @ParameterizedTest
    @EnumSource
    default void scrollsWithThePartsAskedForAndNoOthers(Include part) {
        var collection = plane();
        var include = Set.of(part);
        var chunk = chunk(0).content("text").metadata(Map.of("n", 1)).tokenCount(3).build();
        fill(collection, chunk);

        var byId = store().get(collection.allRows(), ids(chunk), include).getFirst();
        var byScroll =
                store().scroll(collection.allRows(), null, null, 1, include).chunks().getFirst();

        assertThat(byScroll).isEqualTo(byId);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 25, 50, 51, 1_000})
    default void scrollsThroughEveryChunkOnceInOrderOfId(int limit) {
        var collection = plane();
        List<Chunk> chunks = scattered(50);
        fill(collection, chunks);

        var pages = pages(collection, null, limit);

        assertThat(pages.stream().flatMap(page -> page.chunks().stream()))
                .extracting(StoredChunk::id)
                .containsExactlyElementsOf(
                        chunks.stream().map(Chunk::id).sorted(ChunkIds.ORDER).toList());
        assertThat(pages).hasSize(Math.ceilDiv(50, limit));
    }

    @Test
    default void scrollsThroughTheMatchingChunksOnly() {
        var collection = plane();
        fill(collection, numbered(30, "matching"));
        fill(collection, chunk("other", 0).metadata(Map.of("version", "other")).build());

        var pages = pages(collection, Filter.equal(path("version"), "matching"), 7);

        assertThat(pages.stream().mapToInt(page -> page.chunks().size()))
                .containsExactly(7, 7, 7, 7, 2);
    }

    @Test
    default void scrollsThroughNothing() {
        var page = store().scroll(plane().allRows(), null, null, 10, EVERYTHING);

        assertThat(page.chunks()).isEmpty();
        assertThat(page.next()).isNull();
    }

    @Test
    default void scrollsOnWhileChunksComeAndGo() {
        var collection = plane();
        List<Chunk> all = scattered(60);
        List<Chunk> stay = all.subList(0, 20);
        List<Chunk> go = new ArrayList<>(all.subList(20, 40));
        List<Chunk> come = new ArrayList<>(all.subList(40, 60));
        fill(collection, stay);
        fill(collection, go);
        List<UUID> seen = new ArrayList<>();

        UUID after = null;
        do {
            var page = store().scroll(collection.allRows(), null, after, 3, Set.of());
            page.chunks().forEach(chunk -> seen.add(chunk.id()));
            after = page.next();
            if (!go.isEmpty()) {
                fill(collection, come.removeLast());
                store().delete(collection.allRows(), Filter.ids(List.of(go.removeLast().id())));
            }
        } while (after != null && seen.size() < 100);

        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen).containsAll(stay.stream().map(Chunk::id).toList());
    }

    @Test
    default void scrollsOnFromAnIdThatIsGone() {
        var collection = plane();
        fill(collection, scattered(10));
        var first = store().scroll(collection.allRows(), null, null, 4, Set.of());
        UUID last = first.chunks().getLast().id();
        store().delete(collection.allRows(), Filter.ids(List.of(last)));

        var second = store().scroll(collection.allRows(), null, last, 100, Set.of());

        assertThat(first.next()).isEqualTo(last);
        assertThat(second.chunks()).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_001})
    default void refusesAPageOfAnImpossibleSize(int limit) {
        var collection = plane();

        ThrowingCallable call =
                () -> store().scroll(collection.allRows(), null, null, limit, Set.of());

        assertRefused(Kind.INVALID, call);
    }

    @Test
    default void samplesChunksEachOnceAndNotTheSameEveryTime() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), 200, 2);
        fill(collection, chunks);

        var seen = new HashSet<UUID>();
        for (int i = 0; i < 60; i++) {
            var sample = store().sample(collection.allRows(), 50, Set.of());
            assertThat(sample).extracting(StoredChunk::id).doesNotHaveDuplicates().hasSize(50);
            sample.forEach(chunk -> seen.add(chunk.id()));
        }

        // That one is in none of 60 quarters happens once in ten million times.
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ids(chunks.toArray(Chunk[]::new)));
    }

    @Test
    default void samplesAllThereAreWithThePartsAskedFor() {
        var collection = plane();
        var chunk = chunk(0).content("text").embedding(3, 4).build();
        assertThat(store().sample(collection.allRows(), 10, EVERYTHING)).isEmpty();
        fill(collection, chunk);

        var whole = store().sample(collection.allRows(), 1_000, EVERYTHING);
        var light = store().sample(collection.allRows(), 1, Set.of(Include.EMBEDDING));

        assertThat(whole).hasSize(1);
        assertSame(whole.getFirst(), chunk);
        assertThat(light).hasSize(1);
        assertThat(light.getFirst().embedding()).isEqualTo(chunk.embedding());
        assertThat(light.getFirst().content()).isNull();
        assertThat(light.getFirst().metadata()).isNull();
    }

    @Test
    default void samplesAsManyAsAskedForOfManyRows() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 2_000, 2));

        var sample = store().sample(collection.allRows(), 1_000, Set.of());

        assertThat(sample).extracting(StoredChunk::id).doesNotHaveDuplicates().hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_001})
    default void refusesASampleOfAnImpossibleSize(int limit) {
        var collection = plane();

        assertRefused(Kind.INVALID, () -> store().sample(collection.allRows(), limit, Set.of()));
    }

    /** Every page, each asked for by the end of the one before. */
    private List<Page> pages(CollectionRef collection, @Nullable Filter filter, int limit) {
        List<Page> pages = new ArrayList<>();
        UUID after = null;
        do {
            var page = store().scroll(collection.allRows(), filter, after, limit, Set.of());
            pages.add(page);
            after = page.next();
        } while (after != null && pages.size() < 1_000);
        return pages;
    }

    @Test
    default void deletesExactlyWhatRandomFiltersMatch() {
        Random random = random();
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            chunks.add(RandomFilters.vary(random, findable("r" + i, i % 5)).build());
        }
        fill(collection, chunks);

        for (int i = 0; i < 15; i++) {
            Filter filter =
                    new And(List.of(RandomFilters.filter(random), RandomFilters.few(random)));
            List<StoredChunk> before =
                    store().scroll(
                                    collection.allRows(),
                                    null,
                                    null,
                                    VectorStore.BATCH_MAX,
                                    EVERYTHING)
                            .chunks();
            List<String> kept = reference(before, new Not(filter));
            long deleted = store().delete(collection.allRows(), filter);
            assertThat(deleted).as(filter.toString()).isEqualTo(before.size() - kept.size());
            assertThat(
                            store().scroll(
                                            collection.allRows(),
                                            null,
                                            null,
                                            VectorStore.BATCH_MAX,
                                            EVERYTHING)
                                    .chunks())
                    .as(filter.toString())
                    .extracting(chunk -> chunk.key().sourceId())
                    .containsExactlyInAnyOrderElementsOf(kept);
        }
    }
}

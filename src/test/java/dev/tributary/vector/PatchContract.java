package dev.tributary.vector;

import static dev.tributary.vector.Callers.THREADS;
import static dev.tributary.vector.Callers.together;
import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoredChunks.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.ChunkOutcome.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Changes of stored chunks without their contents and embeddings. */
interface PatchContract extends RecordCalls {
    private static ChunkBuilder full() {
        return chunk("full", 2)
                .content("heron")
                .embedding(1, 0)
                .metadata(Map.of("title", "Bird", "n", 1))
                .tenant("own")
                .aclDigest("00ff")
                .certRefs(List.of("x"))
                .boosts(Map.of("fresh", 2.0))
                .tokenCount(3)
                .parent(0, null);
    }

    private static ChunkPatch to(Chunk chunk, ChunkFields fields) {
        return new ChunkPatch(chunk.id(), _ -> fields);
    }

    private static ChunkPatch put(UUID id, String key, @Nullable Object value) {
        return new ChunkPatch(
                id,
                before -> {
                    Map<String, @Nullable Object> metadata = new HashMap<>(before.metadata());
                    metadata.put(key, value);
                    return new ChunkFields(
                            metadata, before.tenant(), before.aclDigest(), before.boosts());
                });
    }

    private List<ChunkOutcome> patch(CollectionRef collection, ChunkPatch... patches) {
        return store().patch(collection.allRows(), List.of(patches));
    }

    @Test
    default void changesTheFieldsAndNothingElse() {
        var collection = plane();
        var given = full().build();
        fill(collection, given);
        var before = stored(collection, given.id());

        var outcomes =
                patch(
                        collection,
                        to(
                                given,
                                new ChunkFields(
                                        Map.of("title", "Stork", "list", List.of(1, "a")),
                                        "other",
                                        "ab",
                                        Map.of("old", 0.5))));

        assertThat(outcomes).containsExactly(ChunkOutcome.of(given.id(), Status.UPDATED));
        var after = stored(collection, given.id());
        assertSame(
                after,
                full().metadata(Map.of("title", "Stork", "list", List.of(1, "a")))
                        .tenant("other")
                        .aclDigest("ab")
                        .boosts(Map.of("old", 0.5))
                        .build());
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isAfter(before.updatedAt());
    }

    @Test
    default void givesTheFieldsAsTheyAreAndTakesNone() {
        var collection = plane();
        var given = full().build();
        fill(collection, given);
        List<ChunkFields> seen = Collections.synchronizedList(new ArrayList<>());

        patch(
                collection,
                new ChunkPatch(
                        given.id(),
                        fields -> {
                            seen.add(fields);
                            return new ChunkFields(Map.of(), null, null, Map.of());
                        }));

        var fields = seen.getFirst();
        assertThat(Json.canonical(fields.metadata())).isEqualTo(Json.canonical(given.metadata()));
        assertThat(fields.tenant()).isEqualTo("own");
        assertThat(fields.aclDigest()).isEqualTo("00ff");
        assertThat(fields.boosts()).isEqualTo(Map.of("fresh", 2.0));
        var after = stored(collection, given.id());
        assertThat(after.metadata()).isEmpty();
        assertThat(after.tenant()).isNull();
        assertThat(after.aclDigest()).isNull();
        assertThat(after.boosts()).isEmpty();
        assertThat(after.embedding()).isEqualTo(given.embedding());
    }

    @Test
    default void leavesAChunkAloneThatStaysAsItIs() {
        var collection = plane();
        var given = full().build();
        fill(collection, given);
        var before = stored(collection, given.id());

        var outcomes = patch(collection, new ChunkPatch(given.id(), UnaryOperator.identity()));

        assertThat(outcomes).containsExactly(ChunkOutcome.of(given.id(), Status.UNCHANGED));
        assertThat(stored(collection, given.id()).updatedAt()).isEqualTo(before.updatedAt());
    }

    @Test
    default void findsAPatchedChunkByItsNewTitleItsContentAndItsEmbedding() {
        var collection = plane();
        var given = full().build();
        fill(collection, given, chunk("far", 0).content("else").embedding(9, 9).build());
        settle(collection);

        patch(collection, put(given.id(), "title", "Stork"));

        assertThat(ids(nearest(collection, 1, 1, 0))).containsExactly(given.id());
        for (String word : List.of("stork", "heron")) {
            assertThat(ids(ask(collection, Ask.of(word).fused(HybridContract.TEXT_ONLY))))
                    .as(word)
                    .containsExactly(given.id());
        }
        assertThat(ids(ask(collection, Ask.of("bird").fused(HybridContract.TEXT_ONLY)))).isEmpty();
        assertThat(matchingJson(collection, "{'title': 'Bird'}")).isEmpty();
    }

    @Test
    default void aChunkThatCannotBeChangedFailsAlone() {
        var collection = plane();
        var good = chunk(0).build();
        var refused = chunk(1).build();
        var broken = chunk(2).build();
        var stranger = UUID.randomUUID();
        fill(collection, good, refused, broken);

        var outcomes =
                patch(
                        collection,
                        put(stranger, "n", 1),
                        new ChunkPatch(
                                refused.id(),
                                _ -> {
                                    throw ServiceException.invalid("n", "is too odd");
                                }),
                        put(broken.id(), "n", "a\0b"),
                        put(good.id(), "n", 1),
                        put(good.id(), "n", 2));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(
                        Status.FAILED, Status.FAILED, Status.FAILED, Status.UPDATED, Status.FAILED);
        assertThat(outcomes)
                .extracting(ChunkOutcome::id)
                .containsExactly(stranger, refused.id(), broken.id(), good.id(), good.id());
        assertThat(outcomes.get(1).error()).isEqualTo("n is too odd");
        assertSame(stored(collection, refused.id()), refused);
        assertSame(stored(collection, broken.id()), broken);
        assertSame(stored(collection, good.id()), chunk(0).metadata("n", 1).build());
    }

    @Test
    default void patchesNoRowOfAnotherTenantAndGivesNoneAway() {
        var collection = plane();
        var own = chunk("own", 0).tenant("own").build();
        var others = chunk("others", 0).tenant("other").build();
        fill(collection, own, others);
        Rows rows = collection.rowsOf("own");

        var outcomes =
                store().patch(
                                rows,
                                List.of(
                                        put(others.id(), "n", 1),
                                        to(
                                                own,
                                                new ChunkFields(
                                                        Map.of(), "other", null, Map.of()))));
        var untenanted =
                store().patch(
                                rows,
                                List.of(to(own, new ChunkFields(Map.of(), null, null, Map.of()))));
        var allowed = store().patch(rows, List.of(put(own.id(), "n", 1)));

        assertThat(outcomes).extracting(ChunkOutcome::status).containsOnly(Status.FAILED);
        assertThat(outcomes.getFirst().error()).isEqualTo("id " + others.id() + " does not exist");
        assertThat(untenanted.getFirst().status()).isEqualTo(Status.FAILED);
        assertThat(allowed.getFirst().status()).isEqualTo(Status.UPDATED);
        assertSame(stored(collection, others.id()), others);
    }

    @Test
    default void losesNoneOfThePatchesOfOneChunk() throws Exception {
        var collection = plane();
        var one = chunk("one", 0).build();
        var two = chunk("two", 0).build();
        fill(collection, one, two);
        List<Callable<@Nullable Object>> writers = new ArrayList<>();
        Map<String, Object> expected = new HashMap<>();
        for (int i = 0; i < THREADS; i++) {
            String key = "k" + i;
            expected.put(key, 1);
            boolean isForward = i % 2 == 0;
            writers.add(() -> {
                var first = put(one.id(), key, 1);
                var second = put(two.id(), key, 1);
                return isForward
                        ? patch(collection, first, second)
                        : patch(collection, second, first);
            });
        }

        together(writers);

        assertThat(stored(collection, one.id()).metadata()).isEqualTo(expected);
        assertThat(stored(collection, two.id()).metadata()).isEqualTo(expected);
    }

    @Test
    default void patchesAThousandChunksAndNoMore() {
        var collection = plane();
        List<Chunk> chunks = StoredChunks.numbered(VectorStore.BATCH_MAX, "old");
        fill(collection, chunks);
        List<ChunkPatch> patches =
                new ArrayList<>(chunks.stream().map(it -> put(it.id(), "version", "new")).toList());

        var outcomes = store().patch(collection.allRows(), patches);
        patches.add(put(UUID.randomUUID(), "n", 1));

        assertThat(outcomes).extracting(ChunkOutcome::status).containsOnly(Status.UPDATED);
        assertThat(outcomes)
                .extracting(ChunkOutcome::id)
                .containsExactlyElementsOf(chunks.stream().map(Chunk::id).toList());
        assertThat(
                        store().count(
                                        collection.allRows(),
                                        Filter.equal(StoredChunks.path("version"), "new")))
                .isEqualTo(VectorStore.BATCH_MAX);
        assertRefused(Kind.INVALID, () -> store().patch(collection.allRows(), patches));
        assertThat(store().patch(collection.allRows(), List.of())).isEmpty();
    }
}

package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call joins the transaction that runs in its thread. */
interface TransactionContract extends RecordCalls {
    Chunk BEFORE = chunk("before", 0).content("heron").embedding(1, 0).build();
    Chunk WITHIN = chunk("within", 0).content("heron").embedding(1, 0).build();

    /** Each changes what a collection with {@link #BEFORE} alone holds. */
    static Stream<Arguments> changes() {
        return Stream.of(
                change("upsert", (s, c) -> s.upsert(c.allRows(), List.of(WITHIN))),
                change(
                        "upsert of many",
                        (s, c) ->
                                s.upsert(
                                        c.allRows(),
                                        Stream.iterate(0, i -> i + 1)
                                                .limit(100)
                                                .map(i -> chunk("many", i).build())
                                                .toList())),
                change(
                        "replaceSource",
                        (s, c) ->
                                s.replaceSource(
                                        c.allRows(), "document", "within", List.of(WITHIN))),
                change("delete by ids", (s, c) -> s.delete(c.allRows(), ids(BEFORE))),
                change(
                        "delete by filter",
                        (s, c) -> s.delete(c.allRows(), new Filter.And(List.of()))),
                change("drop", VectorStore::drop));
    }

    private static Arguments change(String name, Operation<RecordStore> change) {
        return Arguments.of(Named.of(name, change));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.TransactionContract#changes")
    default void undoesWhatATransactionDidThatIsRolledBack(Operation<RecordStore> change) {
        var collection = plane();
        fill(collection, BEFORE);

        assertThatThrownBy(() ->
                        inTransaction(() -> {
                            change.run(store(), collection);
                            throw new IllegalStateException("rolled back");
                        }))
                .hasMessage("rolled back");

        assertThat(store().ids(collection.allRows(), null, 10)).containsExactly(BEFORE.id());
        assertThat(ids(nearest(collection, 10, 1, 0))).containsExactly(BEFORE.id());
        assertThat(ids(ask(collection, Ask.words("heron")))).containsExactly(BEFORE.id());
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.TransactionContract#changes")
    default void keepsWhatATransactionDidThatIsCommitted(Operation<RecordStore> change) {
        var collection = plane();
        fill(collection, BEFORE);

        boolean isDone =
                inTransaction(() -> {
                    change.run(store(), collection);
                    return true;
                });

        assertThat(isDone).isTrue();
        assertThat(idsOrDropped(collection)).isNotEqualTo(ids(BEFORE));
    }

    /** Null if the collection was dropped. */
    private List<UUID> idsOrDropped(CollectionRef collection) {
        try {
            return store().ids(collection.allRows(), null, 10);
        } catch (dev.tributary.failure.ServiceException e) {
            assertThat(e.kind()).isEqualTo(Kind.MISSING);
            return List.of();
        }
    }

    @Test
    default void undoesTheCreationOfACollectionThatIsRolledBack() {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        assertThatThrownBy(() ->
                        inTransaction(() -> {
                            store().create(collection);
                            fill(collection, BEFORE);
                            throw new IllegalStateException("rolled back");
                        }))
                .hasMessage("rolled back");

        assertRefused(Kind.MISSING, () -> store().count(collection.allRows(), null));
    }

    @Test
    default void undoesSeveralWritesTogether() {
        var collection = plane();
        fill(collection, BEFORE);

        assertThatThrownBy(() ->
                        inTransaction(() -> {
                            fill(collection, WITHIN);
                            store().delete(collection.allRows(), ids(BEFORE));
                            replace(collection, List.of(chunk("source", 0).build()));
                            throw new IllegalStateException("rolled back");
                        }))
                .hasMessage("rolled back");

        assertThat(store().ids(collection.allRows(), null, 10)).containsExactly(BEFORE.id());
    }

    @Test
    default void readsWhatItsTransactionHasWritten() {
        var collection = plane();
        fill(collection, BEFORE);
        List<UUID> walked = new ArrayList<>();

        boolean isDone =
                inTransaction(() -> {
                    fill(collection, WITHIN);
                    store().delete(collection.allRows(), ids(BEFORE));
                    assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
                    assertThat(store().get(collection.allRows(), ids(WITHIN), Set.of())).hasSize(1);
                    assertThat(store().scroll(collection.allRows(), null, null, 10, Set.of()))
                            .extracting(Page::chunks)
                            .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                            .hasSize(1);
                    assertThat(ids(nearest(collection, 10, 1, 0))).containsExactly(WITHIN.id());
                    assertThat(ids(ask(collection, Ask.words("heron"))))
                            .containsExactly(WITHIN.id());
                    store().forEach(collection.allRows(), EVERYTHING, c -> walked.add(c.id()));
                    // A walk ends nothing but itself.
                    fill(collection, chunk("after", 0).build());
                    return true;
                });

        assertThat(isDone).isTrue();
        assertThat(walked).containsExactly(WITHIN.id());
        assertThat(store().count(collection.allRows(), null)).isEqualTo(2);
    }

    @Test
    default void showsNothingToOthersBeforeTheCommit() {
        var collection = plane();
        fill(collection, BEFORE);

        List<UUID> seen =
                inTransaction(() -> {
                    fill(collection, WITHIN);
                    return CompletableFuture.supplyAsync(
                                    () -> store().ids(collection.allRows(), null, 10))
                            .join();
                });

        assertThat(seen).containsExactly(BEFORE.id());
        assertThat(store().count(collection.allRows(), null)).isEqualTo(2);
    }
}

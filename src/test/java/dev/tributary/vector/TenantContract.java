package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.query;
import static dev.tributary.vector.StoredChunks.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.ChunkOutcome.Status;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A caller who is confined to a tenant neither sees, counts, changes nor overwrites rows of others,
 * nor rows without a tenant.
 */
interface TenantContract extends StoreCalls {
    Chunk OWN = chunk("own", 0).tenant("own").content("heron").embedding(1, 0).build();
    Chunk OTHERS = chunk("others", 0).tenant("other").content("heron").embedding(1, 0).build();
    Chunk NOBODYS = chunk("nobodys", 0).content("heron").embedding(1, 0).build();

    /** A collection with a row of each kind. */
    default CollectionRef shared() {
        var collection = plane();
        fill(collection, OWN, OTHERS, NOBODYS);
        return collection;
    }

    /** The calls of a port that take rows: a new one must be tested here or in its subclass. */
    static List<String> callsOnRows(Class<?> port) {
        return Stream.of(port.getDeclaredMethods())
                .filter(it -> List.of(it.getParameterTypes()).contains(Rows.class))
                .map(Method::getName)
                .sorted()
                .toList();
    }

    @Test
    default void everyCallOnRowsOfAnyStoreIsTestedForTenants() {
        assertThat(callsOnRows(VectorStore.class))
                .containsExactly("count", "delete", "get", "ids", "search", "upsert");
    }

    @Test
    default void readsRowsOfTheTenantAlone() {
        var collection = shared();
        Rows own = collection.rowsOf("own");

        assertThat(store().get(own, ids(OWN, OTHERS, NOBODYS), EVERYTHING))
                .extracting(StoredChunk::id)
                .containsExactly(OWN.id());
        assertThat(store().ids(own, null, 10)).containsExactly(OWN.id());
        assertThat(store().count(own, null)).isEqualTo(1);
        assertThat(store().count(own, Filter.equal(Filter.Column.TENANT, "other"))).isZero();
        assertThat(store().count(collection.rowsOf("stranger"), null)).isZero();
    }

    @Test
    default void findsRowsOfTheTenantAlone() {
        var collection = shared();
        Rows own = collection.rowsOf("own");
        Filter others = Filter.equal(Filter.Column.TENANT, "other");
        Filter any = new Filter.Or(List.of(others, new Filter.Not(others)));

        assertThat(ids(store().search(own, query(10, null, 1, 0)))).containsExactly(OWN.id());
        assertThat(ids(store().search(own, query(10, any, 1, 0)))).containsExactly(OWN.id());
        assertThat(store().search(own, query(10, others, 1, 0)).hits()).isEmpty();
        assertThat(store().search(own, query(10, null, 1, 0)).complete()).isTrue();
    }

    @Test
    default void deletesRowsOfTheTenantAlone() {
        var collection = shared();

        store().delete(collection.rowsOf("own"), ids(OWN, OTHERS, NOBODYS));

        assertThat(store().get(collection.allRows(), ids(OWN, OTHERS, NOBODYS), EVERYTHING))
                .extracting(StoredChunk::id)
                .containsExactly(OTHERS.id(), NOBODYS.id());
    }

    @Test
    default void failsAChunkOfAnotherTenantAlone() {
        var collection = shared();
        var good = chunk("good", 0).tenant("own").build();

        var outcomes =
                store().upsert(
                                collection.rowsOf("own"),
                                List.of(
                                        chunk("new", 0).tenant("other").build(),
                                        good,
                                        chunk("new", 1).build()));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.FAILED, statusOfNew(), Status.FAILED);
        assertThat(store().ids(collection.rowsOf("own"), null, 10)).hasSize(2).contains(good.id());
        assertThat(store().count(collection.allRows(), null)).isEqualTo(4);
    }

    @Test
    default void overwritesNoRowOfAnotherTenantAndDoesNotTellThatItIsThere() {
        var collection = shared();
        var stolen = chunk("mine", 0).id(OTHERS.id()).tenant("own").build();
        var lost = chunk("mine", 1).id(NOBODYS.id()).tenant("own").build();
        var good = chunk("mine", 2).tenant("own").build();

        var outcomes = store().upsert(collection.rowsOf("own"), List.of(stolen, good, lost));

        assertThat(outcomes)
                .extracting(ChunkOutcome::status)
                .containsExactly(Status.FAILED, statusOfNew(), Status.FAILED);
        assertThat(String.valueOf(outcomes.getFirst().error()))
                .doesNotContain("other")
                .doesNotContainIgnoringCase("exist")
                .doesNotContainIgnoringCase("belong")
                .doesNotContainIgnoringCase("tenant");
        assertSame(stored(collection, OTHERS.id()), OTHERS);
        assertSame(stored(collection, NOBODYS.id()), NOBODYS);
    }

    /** By COPY and by INSERT, in a store where the two differ. */
    @Test
    default void overwritesNoRowOfAnotherTenantInALargeBatch() {
        var collection = shared();
        List<Chunk> batch =
                Stream.concat(
                                Stream.of(chunk("mine", 0).id(OTHERS.id()).tenant("own").build()),
                                Stream.iterate(1, i -> i + 1)
                                        .limit(50)
                                        .map(i -> chunk("mine", i).tenant("own").build()))
                        .toList();

        var outcomes = store().upsert(collection.rowsOf("own"), batch);

        assertThat(outcomes.getFirst().status()).isEqualTo(Status.FAILED);
        assertThat(outcomes.subList(1, 51))
                .extracting(ChunkOutcome::status)
                .containsOnly(statusOfNew());
        assertSame(stored(collection, OTHERS.id()), OTHERS);
    }

    @Test
    default void updatesRowsOfTheTenant() {
        var collection = shared();
        var changed = chunk("own", 0).tenant("own").content("egret").embedding(0, 1).build();

        var status = store().upsert(collection.rowsOf("own"), List.of(changed)).getFirst().status();

        assertThat(status).isEqualTo(Status.UPDATED);
        assertSame(stored(collection, OWN.id()), changed);
    }
}

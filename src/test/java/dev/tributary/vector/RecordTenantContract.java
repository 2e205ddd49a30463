package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoredChunks.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.ChunkOutcome.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What {@link TenantContract} promises, for the calls of a record store. */
interface RecordTenantContract extends TenantContract, RecordCalls {
    @Test
    default void everyCallOnRowsOfARecordStoreIsTestedForTenants() {
        assertThat(TenantContract.callsOnRows(RecordStore.class))
                .containsExactly(
                        "delete",
                        "forEach",
                        "hybrid",
                        "nearestOf",
                        "patch",
                        "replaceSource",
                        "sample",
                        "scroll",
                        "sources",
                        "stats");
    }

    @Test
    default void walksThroughRowsOfTheTenantAlone() {
        Rows own = shared().rowsOf("own");
        List<UUID> walked = new ArrayList<>();

        store().forEach(own, EVERYTHING, chunk -> walked.add(chunk.id()));

        assertThat(walked).containsExactly(OWN.id());
        assertThat(store().scroll(own, null, null, 10, Set.of()).chunks())
                .extracting(StoredChunk::id)
                .containsExactly(OWN.id());
        assertThat(store().sample(own, 10, Set.of()))
                .extracting(StoredChunk::id)
                .containsExactly(OWN.id());
        assertThat(store().sources(own, new SourceQuery(null, "", null, 10)))
                .extracting(SourceSummary::chunks)
                .containsExactly(1L);
        assertThat(store().stats(own).chunks()).isEqualTo(1);
        var query = new VectorQuery(Embedding.copyOf(1, 0), SearchOptions.top(10));
        assertThat(
                        ids(
                                store().nearestOf(
                                                own,
                                                query,
                                                ids(OWN, OTHERS, NOBODYS),
                                                NearestOfContract.NOWHERE)
                                        .result()))
                .containsExactly(OWN.id());
        assertThat(store().stats(own).freshRows()).isLessThanOrEqualTo(1);
    }

    @Test
    default void findsRowsOfTheTenantAloneOnBothLegs() {
        Rows own = shared().rowsOf("own");

        for (Fusion fusion :
                List.of(Fusion.DEFAULT, HybridContract.VECTOR_ONLY, HybridContract.TEXT_ONLY)) {
            var result = store().hybrid(own, Ask.of("heron").fused(fusion).toQuery());

            assertThat(ids(result)).containsExactly(OWN.id());
            assertThat(result.complete()).isTrue();
        }
    }

    @Test
    default void deletesByFilterRowsOfTheTenantAlone() {
        var collection = shared();

        long deleted = store().delete(collection.rowsOf("own"), new Filter.And(List.of()));

        assertThat(deleted).isEqualTo(1);
        assertThat(store().count(collection.allRows(), null)).isEqualTo(2);
    }

    @Test
    default void replacesTheTenantsChunksOfASourceAndKeepsThoseOfOthers() {
        var collection = plane();
        var others = chunk("source", 0).tenant("other").build();
        fill(collection, others, chunk("source", 1).tenant("own").build());
        var fresh = chunk("source", 2).tenant("own").build();

        var outcome =
                store().replaceSource(
                                collection.rowsOf("own"), "document", "source", List.of(fresh));

        assertThat(outcome).isEqualTo(new ReplaceOutcome(1, 0, 0, 1));
        assertThat(store().ids(collection.allRows(), null, 10))
                .containsExactlyInAnyOrderElementsOf(ids(others, fresh));
    }

    @Test
    default void replacesNothingByAChunkOfAnotherTenant() {
        var collection = shared();
        var own = chunk("own", 1).tenant("own").build();
        var others = chunk("own", 2).tenant("other").build();

        assertRefused(
                Kind.DENIED,
                () ->
                        store().replaceSource(
                                        collection.rowsOf("own"),
                                        "document",
                                        "own",
                                        List.of(own, others)));
        assertThat(store().ids(collection.rowsOf("own"), null, 10)).containsExactly(OWN.id());
    }

    @Test
    default void replacesNoRowOfAnotherTenantAndDoesNotTellThatItIsThere() {
        var collection = shared();
        var byId = chunk("mine", 0).id(OTHERS.id()).tenant("own").build();
        var byKey = chunk("others", 0).id(UUID.randomUUID()).tenant("own").build();
        var bySameKeyAndId = chunk("others", 0).tenant("own").build();

        for (Chunk taken : List.of(byId, byKey, bySameKeyAndId)) {
            assertThatThrownBy(() ->
                            store().replaceSource(
                                            collection.rowsOf("own"),
                                            "document",
                                            taken.key().sourceId(),
                                            List.of(taken)))
                    .satisfies(refusal ->
                            assertRefused(
                                    Kind.CONFLICT,
                                    () -> {
                                        throw refusal;
                                    }))
                    .message()
                    .doesNotContainIgnoringCase("exist")
                    .doesNotContainIgnoringCase("belong")
                    .doesNotContainIgnoringCase("tenant");
            assertSame(stored(collection, OTHERS.id()), OTHERS);
        }
    }

    @Test
    default void givesNoKeyOfAnotherTenantAwayAndDoesNotTellThatItIsThere() {
        var collection = shared();
        var stolen = chunk("others", 0).id(UUID.randomUUID()).tenant("own").build();

        var outcome = store().upsert(collection.rowsOf("own"), List.of(stolen)).getFirst();

        assertThat(outcome.status()).isEqualTo(Status.FAILED);
        assertThat(String.valueOf(outcome.error()))
                .doesNotContainIgnoringCase("exist")
                .doesNotContainIgnoringCase("belong")
                .doesNotContainIgnoringCase("tenant");
        assertSame(stored(collection, OTHERS.id()), OTHERS);
    }
}

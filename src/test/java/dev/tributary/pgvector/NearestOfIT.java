package dev.tributary.pgvector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Compared;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Hit;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextSpec;
import dev.tributary.vector.VectorQuery;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is compared beside the chunks that another store has found. */
class NearestOfIT {
    private static final PgVectorStore STORE = TestDatabase.store();
    private static final CollectionRef COLLECTION =
            new CollectionRef(
                    70_301, "default", 2, Metric.COSINE, TextSpec.of("english"), IndexSpec.none());

    /** Before every change. */
    private static final ChangePosition START = new ChangePosition("nobody", "(1,1:1:,,,)");

    private static final Chunk NEAR = chunk(0).embedding(1, 0).build();
    private static final Chunk NEXT = chunk(1).embedding(1, 1).build();
    private static final Chunk FAR = chunk(2).embedding(0, 1).build();

    @BeforeEach
    void fill() {
        STORE.create(COLLECTION);
        STORE.upsert(COLLECTION.allRows(), List.of(NEAR, NEXT, FAR));
    }

    @AfterEach
    void drop() {
        STORE.drop(COLLECTION);
        TestDatabase.execute("DELETE FROM chunk_change WHERE collection_id = 70301");
    }

    private static void change(UUID chunk, int times) {
        TestDatabase.execute(
                "INSERT INTO chunk_change (collection_id, chunk_id) SELECT 70301, '%s' FROM generate_series(1, %d)"
                        .formatted(chunk, times));
    }

    private static Compared compare(SearchOptions options, UUID... found) {
        return STORE.nearestOf(
                COLLECTION.allRows(),
                new VectorQuery(Embedding.copyOf(1, 0), options),
                List.of(found),
                START);
    }

    private static List<UUID> ids(Compared compared) {
        return compared.result().hits().stream().map(Hit::id).toList();
    }

    @Test
    void comparesWhatHasChanged() {
        change(NEAR.id(), 3);

        Compared compared = compare(SearchOptions.top(2), NEXT.id(), FAR.id());

        assertThat(ids(compared)).containsExactly(NEAR.id(), NEXT.id());
        assertThat(compared.changes()).isEqualTo(3);
        assertThat(compared.unchanged()).isEqualTo(2);
        assertThat(compared.position()).isEmpty();
    }

    @Test
    void countsWhatExistsAndHasNotChanged() {
        change(FAR.id(), 1);

        Compared compared =
                compare(
                        SearchOptions.top(3).withThreshold(0.9),
                        NEAR.id(),
                        NEXT.id(),
                        FAR.id(),
                        UUID.randomUUID());

        assertThat(ids(compared)).containsExactly(NEAR.id());
        assertThat(compared.unchanged()).isEqualTo(2);
    }

    /** A few chunks that were written often may hide others behind the limit. */
    @Test
    void doesNotTakeManyChangesOfOneChunkForAll() {
        change(FAR.id(), RecordStore.CHANGED_MAX);
        assertThat(ids(compare(SearchOptions.top(3), NEAR.id())))
                .containsExactly(NEAR.id(), FAR.id());
        change(NEXT.id(), 1);

        Compared compared = compare(SearchOptions.top(3), NEAR.id());

        assertThat(compared.changes()).isGreaterThan(RecordStore.CHANGED_MAX);
        assertThat(ids(compared)).containsExactly(NEAR.id());
    }
}

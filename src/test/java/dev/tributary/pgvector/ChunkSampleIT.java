package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkBuilder;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Filter;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.TextSpec;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Samples of a table so large that only some of its pages are read. */
class ChunkSampleIT {
    private static final int ROWS = 12_000;
    private static final PgVectorStore STORE = TestDatabase.store();
    private static final CollectionRef COLLECTION =
            new CollectionRef(
                    70_101, "default", 2, Metric.L2, TextSpec.of("english"), IndexSpec.none());

    @AfterAll
    static void drop() {
        STORE.drop(COLLECTION);
    }

    @Test
    void hasAsManyAsAskedForAlsoWhereMostRowsAreGoneSinceTheyWereCounted() {
        STORE.create(COLLECTION);
        for (int from = 0; from < ROWS; from += 1_000) {
            STORE.upsert(
                    COLLECTION.allRows(),
                    IntStream.range(from, from + 1_000)
                            .mapToObj(i -> ChunkBuilder.chunk(i).build())
                            .toList());
        }
        TestDatabase.execute("ANALYZE " + Partitions.table(COLLECTION));

        assertThat(sample(50)).doesNotHaveDuplicates().hasSize(50).isNotEqualTo(sample(50));
        assertThat(sample(1)).hasSize(1);
        assertThat(sample(1_000)).doesNotHaveDuplicates().hasSize(1_000);

        List<UUID> kept =
                IntStream.range(0, 40)
                        .mapToObj(ChunkBuilder::chunk)
                        .map(ChunkBuilder::build)
                        .map(Chunk::id)
                        .toList();
        STORE.delete(COLLECTION.allRows(), new Filter.Not(Filter.ids(kept)));

        assertThat(sample(30)).doesNotHaveDuplicates().hasSize(30).isSubsetOf(kept);
        assertThat(sample(1_000)).containsExactlyInAnyOrderElementsOf(kept);
    }

    private static List<UUID> sample(int limit) {
        return STORE.sample(COLLECTION.allRows(), limit, Set.of()).stream()
                .map(StoredChunk::id)
                .toList();
    }
}

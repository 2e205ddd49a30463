package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkBuilder;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextSpec;
import dev.tributary.vector.VectorQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions are kept tidy. */
class UpkeepIT {
    private static final PgVectorStore STORE = TestDatabase.store();

    /** PostgreSQL counts what was written a second after it was. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CollectionRef collection =
            new CollectionRef(
                    72_001,
                    "default",
                    2,
                    Metric.L2,
                    TextSpec.of("english"),
                    IndexSpec.hnsw(Precision.FLOAT32));

    @BeforeEach
    void create() {
        STORE.create(collection);
        String table = Partitions.table(collection);
        TestDatabase.execute("ALTER TABLE " + table + " SET (autovacuum_enabled = off)");
        fill(2_000);
    }

    @AfterEach
    void drop() {
        STORE.drop(collection);
    }

    @Test
    void deadRowsAreCountedAndClearedAway() {
        STORE.delete(collection.allRows(), Filter.parse(Map.of("half", 1)));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(STORE.upkeepStats(collection).deadRows()).isEqualTo(1_000));
        long bloat = STORE.upkeepStats(collection).bloatBytes();

        List<String> done = STORE.upkeep(collection);

        assertThat(done).containsExactly("1,000 dead rows removed");
        assertThat(bloat).isPositive();
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(STORE.upkeepStats(collection).deadRows()).isZero();
                    assertThat(STORE.upkeepStats(collection).reclaimedAt()).isNotNull();
                    assertThat(STORE.upkeepStats(collection).analyzedAt()).isNotNull();
                });
        assertThat(STORE.upkeep(collection)).isEmpty();
    }

    @Test
    void anIndexThatHasGrownTooLargeIsBuiltAnew() {
        TestDatabase.index(STORE, collection);
        assertThat(STORE.upkeepStats(collection).indexBloat()).isLessThan(0.1);
        TestDatabase.execute(
                "UPDATE chunk_ann SET built_bytes = built_bytes / 4 WHERE collection_id = 72001");
        assertThat(STORE.upkeepStats(collection).indexBloat()).isGreaterThan(2);

        List<String> done = STORE.upkeep(collection);

        assertThat(done).anyMatch(it -> it.startsWith("index rebuilt"));
        assertThat(STORE.upkeepStats(collection).indexBloat()).isLessThan(0.1);
        assertThat(STORE.stats(collection.allRows()).indexState()).isEqualTo(IndexState.READY);
        var query = new VectorQuery(Embedding.copyOf(7, 1), SearchOptions.top(1));
        assertThat(STORE.search(collection.allRows(), query).hits().getFirst().distance()).isZero();
    }

    @Test
    void autovacuumAndStatisticsAreSetForEachPartition() {
        assertThat(
                        TestDatabase.number(
                                """
                                SELECT count(*) FROM pg_class
                                WHERE relname = 'chunk_72001'
                                    AND 'autovacuum_vacuum_scale_factor=0.1' = ANY (reloptions)
                                """))
                .isEqualTo(1);
        assertThat(
                        TestDatabase.number(
                                """
                                SELECT count(*) FROM pg_attribute
                                WHERE attrelid = 'chunk_72001'::regclass AND attnum > 0 AND attstattarget = 0
                                """))
                .isEqualTo(4);
    }

    private void fill(int rows) {
        for (int from = 0; from < rows; from += 1_000) {
            List<Chunk> chunks =
                    IntStream.range(from, from + 1_000)
                            .mapToObj(i ->
                                    ChunkBuilder.chunk(i)
                                            .embedding(i, 1)
                                            .metadata("half", i % 2)
                                            .build())
                            .toList();
            STORE.upsert(collection.allRows(), chunks);
        }
    }
}

package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SourceQuery;
import dev.tributary.vector.TextSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A list of sources reads its own page from the unique key, and not the whole partition. */
class SourceRowsIT {
    private static final int SOURCES = 1_500;
    private static final int CHUNKS_EACH = 4;
    private static final CollectionRef COLLECTION =
            new CollectionRef(
                    70_020, "default", 2, Metric.COSINE, TextSpec.of("english"), IndexSpec.none());

    @BeforeAll
    static void fill() {
        TestDatabase.store().create(COLLECTION);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < SOURCES * CHUNKS_EACH; i++) {
            var key = new ChunkKey("document", "d" + i / CHUNKS_EACH, i % CHUNKS_EACH);
            chunks.add(
                    new Chunk(
                            key.toId(),
                            key,
                            "some words".repeat(20),
                            "ab".repeat(32),
                            Embedding.copyOf(1, i),
                            Map.of(),
                            i % 100 == 0 ? "seldom" : null,
                            null,
                            null,
                            Map.of(),
                            null,
                            null));
            if (chunks.size() == 1_000) {
                TestDatabase.store().upsert(COLLECTION.allRows(), chunks);
                chunks.clear();
            }
        }
        TestDatabase.execute("VACUUM ANALYZE " + Partitions.table(COLLECTION));
    }

    @AfterAll
    static void drop() {
        TestDatabase.store().drop(COLLECTION);
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "d1, ''", "'', d500", "d1, d12"})
    void aPageComesFromTheUniqueKeyInItsOrder(String prefix, String after) {
        ChunkKey last = after.isEmpty() ? null : new ChunkKey("document", after, 0);

        String plan = plan(new SourceQuery(null, prefix, last, 50));

        assertThat(plan)
                .contains("chunk_70020_source_key", "GroupAggregate")
                .doesNotContain("Seq Scan", "HashAggregate");
    }

    private static String plan(SourceQuery query) {
        Sql sql =
                new Sql.Builder()
                        .add("EXPLAIN (COSTS OFF) ")
                        .add(SourceRows.sql(COLLECTION.allRows(), query))
                        .build();
        return TestDatabase.database()
                .read(
                        "explain",
                        session -> {
                            List<String> lines = new ArrayList<>();
                            try (var statement = session.prepare(sql);
                                    var row = statement.executeQuery()) {
                                while (row.next()) {
                                    lines.add(row.getString(1));
                                }
                            }
                            return String.join("\n", lines);
                        });
    }
}

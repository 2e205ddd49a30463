package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.pgvector.PGvector;
import dev.tributary.pgvector.Database.Session;
import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.pgvector.SearchSql.Scope;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkBuilder;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Hit;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A collection with embeddings at random.
 *
 * @param properties of its searches
 */
record RandomRows(PgVectorStore store, PgVectorProperties properties, CollectionRef collection) {
    private static final int TOP_K = 10;

    /** Writes the rows with these numbers, anew if they are there. */
    void fill(int from, int count) {
        fill(from, count, new Random(from));
    }

    void fill(int from, int count, Random random) {
        List<Chunk> chunks =
                IntStream.range(from, from + count)
                        .mapToObj(i ->
                                ChunkBuilder.chunk(i)
                                        .embedding(embedding(random).toArray())
                                        .build())
                        .toList();
        for (int i = 0; i < count; i += 1_000) {
            store.upsert(collection.allRows(), chunks.subList(i, Math.min(count, i + 1_000)));
        }
    }

    Embedding embedding(Random random) {
        float[] components = new float[collection.dimension()];
        for (int i = 0; i < components.length; i++) {
            components[i] = (float) random.nextGaussian();
        }
        return Embedding.copyOf(components);
    }

    /** A search that goes far enough to find every row of a small index. */
    VectorQuery query(Random random) {
        return new VectorQuery(embedding(random), SearchOptions.top(TOP_K).withEfSearch(1_000));
    }

    Sql sql(VectorQuery query) {
        return sql(query, TestDatabase.scope(collection, Restriction.of(null)));
    }

    Sql sql(VectorQuery query, Scope scope) {
        return new SearchSql(properties, TestDatabase.version(), scope, Effort.INDEXED)
                .vector(query);
    }

    /**
     * Replaces so many rows at a time in three threads, and lets a store bring them into the index,
     * while searches are compared with all rows.
     */
    void compareWhileOthersWrite(PgVectorStore indexer, int rows, int batch) throws Exception {
        fill(0, rows);
        var running = new AtomicBoolean(true);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> others = new ArrayList<>();
            for (int writer = 0; writer < 3; writer++) {
                var random = new Random(writer);
                others.add(
                        pool.submit(() -> {
                            while (running.get()) {
                                fill(random.nextInt(rows - batch), batch, random);
                                // Below the rate at which rows are left to arrive.
                                LockSupport.parkNanos(batch == 1 ? 20_000_000 : 1);
                            }
                        }));
            }
            others.add(
                    pool.submit(() -> {
                        while (running.get()) {
                            indexer.advanceIndex(collection);
                        }
                    }));
            var random = new Random(77);
            int checked = 0;
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            while (System.nanoTime() - end < 0 || checked < 50) {
                assertNearest(query(random));
                checked++;
            }
            running.set(false);
            for (Future<?> other : others) {
                other.get();
            }
        }
    }

    /** Compares a search with every row of the very same snapshot. */
    void assertNearest(VectorQuery query) {
        assertNearest(query, sql(query));
    }

    void assertNearest(VectorQuery query, Sql search) {
        TestDatabase.database()
                .write(
                        "comparison",
                        session -> {
                            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                            List<Hit> hits =
                                    SearchRows.read(session, search, collection.metric(), query)
                                            .hits();
                            List<Double> nearest = nearest(session, query);
                            assertThat(hits).extracting(Hit::id).doesNotHaveDuplicates();
                            assertThat(hits).hasSameSizeAs(nearest);
                            for (int i = 0; i < hits.size(); i++) {
                                assertThat(hits.get(i).distance())
                                        .isCloseTo(nearest.get(i), within(1e-5));
                            }
                            return true;
                        });
    }

    /** No index has the bare column: every row is compared. */
    private List<Double> nearest(Session session, VectorQuery query) throws SQLException {
        Sql all =
                Sql.of(
                        "SELECT embedding %s ? AS distance FROM %s ORDER BY distance LIMIT %d"
                                .formatted(
                                        IndexExpression.exact(collection).distance(),
                                        Partitions.table(collection),
                                        query.options().topK()),
                        new PGvector(query.embedding().toArray()));
        List<Double> distances = new ArrayList<>();
        try (var statement = session.prepare(all);
                var row = statement.executeQuery()) {
            while (row.next()) {
                distances.add(row.getDouble(1));
            }
        }
        return distances;
    }
}

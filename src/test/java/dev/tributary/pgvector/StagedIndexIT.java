package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.pgvector.PGvector;
import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkBuilder;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Hit;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextSpec;
import dev.tributary.vector.VectorQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows on their way into the index. */
class StagedIndexIT {
    private static final PgVectorStore STORE = TestDatabase.store();
    private static final AtomicLong NEXT_ID = new AtomicLong(71_000);
    private static final int DIMENSION = 8;
    private static final int TOP_K = 10;

    /** Few enough to be inserted rather than built. */
    private static final int ROWS = 600;

    private final CollectionRef collection =
            new CollectionRef(
                    NEXT_ID.getAndIncrement(),
                    "default",
                    DIMENSION,
                    Metric.L2,
                    TextSpec.of("english"),
                    IndexSpec.hnsw(Precision.FLOAT32));

    @AfterEach
    void drop() {
        STORE.drop(collection);
    }

    @Test
    void whatIsWrittenIsFreshUntilItIsInTheIndex() {
        STORE.create(collection);
        fill(0, 30);

        assertThat(STORE.stats(collection).freshRows()).isEqualTo(30);
        assertThat(STORE.stats(collection).indexState()).isEqualTo(IndexState.BUILDING);
        TestDatabase.index(STORE, collection);

        assertThat(STORE.stats(collection).freshRows()).isZero();
        assertThat(STORE.stats(collection).indexState()).isEqualTo(IndexState.READY);
        assertThat(state().rows()).isEqualTo(30);
    }

    @Test
    void manyRowsAreIndexedAtOnceByABuildAndFewAreInserted() {
        STORE.create(collection);
        fill(0, 1_500);
        TestDatabase.index(STORE, collection);
        long built = state().boundary();
        fill(1_500, 20);
        TestDatabase.index(STORE, collection);

        assertThat(built).isPositive();
        assertThat(state().boundary()).isEqualTo(built);
        assertThat(state().rows()).isEqualTo(1_520);
        assertThat(annIndexes()).isEqualTo(1);
    }

    @Test
    void rowsThatArriveInNumbersAreLeftToArrive() {
        STORE.create(collection);
        fill(0, 1_000);
        var first = STORE.advanceIndex(collection);
        fill(1_000, 1_000);
        var second = STORE.advanceIndex(collection);

        assertThat(first).isEqualTo(IndexAdvance.LATER);
        assertThat(second).isEqualTo(IndexAdvance.LATER);
        assertThat(state().boundary()).isZero();
    }

    @Test
    void aMarkIsReachedOnceItsRowsAreIndexed() {
        STORE.create(collection);
        fill(0, 30);
        long mark = STORE.writeMark(collection);
        boolean before = STORE.isIndexed(collection, mark);
        TestDatabase.index(STORE, collection);
        fill(30, 5);

        assertThat(before).isFalse();
        assertThat(STORE.isIndexed(collection, mark)).isTrue();
        assertThat(STORE.isIndexed(collection, STORE.writeMark(collection))).isFalse();
    }

    @Test
    void anIndexThatIsGoneIsBuiltAgain() {
        STORE.create(collection);
        fill(0, 50);
        TestDatabase.execute("DROP INDEX " + AnnIndex.name(collection, 0));

        TestDatabase.index(STORE, collection);

        assertThat(annIndexes()).isEqualTo(1);
        assertThat(STORE.stats(collection).indexState()).isEqualTo(IndexState.READY);
    }

    @Test
    void buildingOneShapeLeavesOthersWhoseNamesBeginAlike() {
        var broad =
                collection.withIndex(
                        new IndexSpec(IndexSpec.Type.HNSW, Precision.FLOAT32, 16, 400, 0));
        var narrow =
                collection.withIndex(
                        new IndexSpec(IndexSpec.Type.HNSW, Precision.FLOAT32, 16, 40, 0));
        STORE.create(broad);
        fill(0, 100);
        TestDatabase.index(STORE, broad);

        STORE.buildIndex(narrow);
        long both = annIndexes();
        STORE.dropOtherIndexes(narrow);

        assertThat(both).isEqualTo(2);
        assertThat(annIndexes()).isEqualTo(1);
        assertThat(STORE.stats(narrow).indexState()).isEqualTo(IndexState.READY);
    }

    @Test
    void anIndexOfEarlierVersionsIsReplaced() {
        STORE.create(collection);
        fill(0, 50);
        String table = Partitions.table(collection);
        TestDatabase.execute("DROP INDEX " + AnnIndex.name(collection, 0));
        TestDatabase.execute(
                "CREATE INDEX %s_ann_%s ON %s USING hnsw ((embedding::vector(8)) vector_l2_ops)"
                        .formatted(table, AnnIndex.shape(collection), table));

        TestDatabase.index(STORE, collection);

        assertThat(annIndexes()).isEqualTo(1);
        assertThat(STORE.stats(collection).freshRows()).isZero();
    }

    @Test
    void freshRowsAreReadThroughTheIndexOnTheirNumbers() {
        STORE.create(collection);
        fill(0, 2_000);
        TestDatabase.index(STORE, collection);
        fill(2_000, 10);
        TestDatabase.execute("ANALYZE " + Partitions.table(collection));

        String plan = TestDatabase.plan(search(new Random(5)));

        assertThat(plan)
                .containsPattern("Index Scan using \\w+_ann_hnsw\\S+ on \\S+ .*\\(actual rows=10 ")
                .containsPattern("Index Scan using \\w+_seq on \\S+ \\S+ \\(actual rows=10 ");
    }

    /**
     * Writers replace the same rows in numbers, while indexes are built one after another. Each
     * search is compared with every row of the very same snapshot.
     */
    @Test
    void noRowIsMissingOrThereTwiceWhileOthersWriteAndIndexesAreBuilt() throws Exception {
        var eager =
                new PgVectorStore(
                        TestDatabase.database(),
                        TestDatabase.properties(1),
                        TestDatabase.version());

        long boundary = compareWhileOthersWrite(eager, 20);

        assertThat(boundary).as("it was built meanwhile").isPositive();
    }

    /** The same with so few writes that rows are inserted into the index one by one. */
    @Test
    void noRowIsMissingOrThereTwiceWhileOthersWriteAndRowsAreInserted() throws Exception {
        long boundary = compareWhileOthersWrite(STORE, 1);

        assertThat(boundary).as("nothing was built meanwhile").isZero();
        assertThat(
                        TestDatabase.number(
                                "SELECT count(*) FROM %s WHERE seq = 0"
                                        .formatted(Partitions.table(collection))))
                .isEqualTo(ROWS);
    }

    /** Returns the boundary of the index when the writers had ended. */
    private long compareWhileOthersWrite(PgVectorStore indexer, int batch) throws Exception {
        STORE.create(collection);
        fill(0, ROWS);
        var running = new AtomicBoolean(true);
        int checked = 0;
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> others = new ArrayList<>();
            for (int writer = 0; writer < 3; writer++) {
                var random = new Random(writer);
                others.add(
                        pool.submit(() -> {
                            while (running.get()) {
                                fill(random.nextInt(ROWS - batch), batch, random);
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
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            while (System.nanoTime() - end < 0 || checked < 50) {
                assertSame(random);
                checked++;
            }
            running.set(false);
            for (Future<?> other : others) {
                other.get();
            }
        }
        long boundary = state().boundary();
        TestDatabase.index(STORE, collection);
        assertSame(new Random(78));
        assertThat(STORE.count(collection, null)).isEqualTo(ROWS);
        return boundary;
    }

    private void assertSame(Random random) {
        Sql search = search(random);
        float[] asked = ((PGvector) search.parameters().getFirst()).toArray();
        var query = new VectorQuery(Embedding.copyOf(asked), SearchOptions.top(TOP_K));
        TestDatabase.database()
                .write(
                        "comparison",
                        session -> {
                            repeatableRead(session.connection());
                            List<Hit> hits =
                                    SearchRows.read(session, search, Metric.L2, query).hits();
                            List<Double> nearest = nearest(session.connection(), asked);
                            assertThat(hits).extracting(Hit::id).doesNotHaveDuplicates();
                            assertThat(hits).hasSize(TOP_K);
                            for (int i = 0; i < TOP_K; i++) {
                                assertThat(hits.get(i).distance())
                                        .isCloseTo(nearest.get(i), within(1e-5));
                            }
                            return true;
                        });
    }

    private static void repeatableRead(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        }
    }

    private List<Double> nearest(Connection connection, float[] asked) throws SQLException {
        Map<UUID, Double> distances = new TreeMap<>();
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT id, embedding::text FROM "
                                        + Partitions.table(collection))) {
            while (row.next()) {
                float[] stored = new PGvector(row.getString(2)).toArray();
                double sum = 0;
                for (int i = 0; i < DIMENSION; i++) {
                    sum += Math.pow((double) stored[i] - asked[i], 2);
                }
                distances.put(row.getObject(1, UUID.class), Math.sqrt(sum));
            }
        }
        return distances.values().stream().sorted().limit(TOP_K).toList();
    }

    /** Walks far enough to find every row of so small an index. */
    private Sql search(Random random) {
        var query =
                new VectorQuery(embedding(random), SearchOptions.top(TOP_K).withEfSearch(1_000));
        return new SearchSql(
                        TestDatabase.properties(),
                        TestDatabase.version(),
                        TestDatabase.scope(collection, Restriction.of(null)),
                        Effort.INDEXED)
                .vector(query);
    }

    private AnnState state() {
        return Objects.requireNonNull(new AnnStates(TestDatabase.database()).of(collection));
    }

    private long annIndexes() {
        return TestDatabase.number(
                "SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%s\\_ann\\_%%'"
                        .formatted(Partitions.table(collection)));
    }

    private void fill(int from, int count) {
        fill(from, count, new Random(from));
    }

    private void fill(int from, int count, Random random) {
        List<Chunk> chunks =
                IntStream.range(from, from + count)
                        .mapToObj(i ->
                                ChunkBuilder.chunk(i)
                                        .embedding(embedding(random).toArray())
                                        .build())
                        .toList();
        for (int i = 0; i < count; i += 1_000) {
            STORE.upsert(collection, chunks.subList(i, Math.min(count, i + 1_000)));
        }
    }

    private static Embedding embedding(Random random) {
        float[] components = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            components[i] = (float) random.nextGaussian();
        }
        return Embedding.copyOf(components);
    }
}

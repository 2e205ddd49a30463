package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.pgvector.SearchSql.Scope;
import dev.tributary.vector.ChunkBuilder;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Filter;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.Metric;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextSpec;
import dev.tributary.vector.VectorQuery;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes of fresh rows, and searches that choose by them. */
class FreshCodesIT {
    private static final AtomicLong NEXT_ID = new AtomicLong(73_000);

    /** Chooses by codes however few fresh rows there are. */
    private static final PgVectorProperties CHOOSING = TestDatabase.properties(200_000, 0);

    private static final PgVectorStore STORE =
            new PgVectorStore(TestDatabase.database(), CHOOSING, TestDatabase.version());

    private final CollectionRef collection = collection(Metric.COSINE, 128);
    private final RandomRows rows = new RandomRows(STORE, CHOOSING, collection);

    private static CollectionRef collection(Metric metric, int dimension) {
        return new CollectionRef(
                NEXT_ID.getAndIncrement(),
                "default",
                dimension,
                metric,
                TextSpec.of("english"),
                IndexSpec.hnsw(Precision.FLOAT32));
    }

    @AfterEach
    void drop() {
        STORE.drop(collection);
    }

    private String table() {
        return Partitions.table(collection);
    }

    private long codes() {
        return TestDatabase.number("SELECT count(*) FROM chunk_code_" + collection.id());
    }

    /** Numbers of rows without their code and of codes without their row. */
    private long outOfStep() {
        return TestDatabase.number(
                """
                SELECT count(*) FROM (SELECT * FROM chunk_%1$d WHERE seq > 0) AS chunk
                    FULL JOIN chunk_code_%1$d AS code USING (seq)
                WHERE code.code IS DISTINCT FROM chunk_code(embedding)
                """
                        .formatted(collection.id()));
    }

    private IndexBoundary state() {
        return Objects.requireNonNull(new IndexBoundaries(TestDatabase.database()).of(collection));
    }

    private static Set<UUID> search(CollectionRef collection, VectorQuery query) {
        Set<UUID> ids = new HashSet<>();
        STORE.search(collection.allRows(), query).hits().forEach(hit -> ids.add(hit.id()));
        return ids;
    }

    @Test
    void everyWriteKeepsTheCodesInStep() {
        STORE.create(collection);
        rows.fill(0, 200);
        long written = codes();
        rows.fill(100, 50, new Random(5));
        STORE.delete(collection.allRows(), Filter.source("text", "other"));
        STORE.delete(
                collection.allRows(),
                Filter.ids(List.of(ChunkBuilder.chunk(3).build().id(), UUID.randomUUID())));

        assertThat(written).isEqualTo(200);
        assertThat(codes()).isEqualTo(199);
        assertThat(outOfStep()).isZero();
    }

    @Test
    void whoeverWritesWithSqlWritesCodesToo() {
        STORE.create(collection);
        rows.fill(0, 20);
        for (String name : List.of(table(), "chunk")) {
            TestDatabase.execute(
                    """
                    INSERT INTO %1$s (collection_id, id, source_type, source_id, chunk_index, embedding)
                    SELECT collection_id, gen_random_uuid(), 'sql', '%1$s', chunk_index, embedding
                    FROM %2$s WHERE chunk_index < 5 AND source_type <> 'sql'
                    """
                            .formatted(name, table()));
            TestDatabase.execute(
                    """
                    UPDATE %s SET embedding = embedding + embedding, seq = DEFAULT
                    WHERE collection_id = %d AND chunk_index = 7
                    """
                            .formatted(name, collection.id()));
            TestDatabase.execute(
                    """
                    UPDATE %s SET embedding = (SELECT embedding FROM %s WHERE chunk_index = 8)
                    WHERE collection_id = %d AND chunk_index = 9
                    """
                            .formatted(name, table(), collection.id()));
            TestDatabase.execute(
                    "DELETE FROM %s WHERE collection_id = %d AND source_id = '%1$s' AND chunk_index = 1"
                            .formatted(name, collection.id()));
        }

        assertThat(codes()).isEqualTo(20 + 2 * 4);
        assertThat(outOfStep()).isZero();
    }

    @Test
    void theRowsWithTheNearestCodesAreCompared() {
        STORE.create(collection);
        rows.fill(0, 300);
        var query =
                new VectorQuery(
                        rows.embedding(new Random(5)), SearchOptions.top(1).withEfSearch(2));

        String plan = TestDatabase.plan(rows.sql(query));

        assertThat(plan)
                .containsPattern("Seq Scan on chunk_code_\\d+ \\(actual rows=300 ")
                .containsPattern("Heap Scan on chunk_\\d+ \\S+ \\(actual rows=40 ");
    }

    @Test
    void fewFreshRowsAreAllCompared() {
        STORE.create(collection);
        rows.fill(0, 300);
        var comparing = new RandomRows(STORE, TestDatabase.properties(200_000, 1_000), collection);

        String plan = TestDatabase.plan(comparing.sql(comparing.query(new Random(5))));

        assertThat(plan)
                .containsPattern("Seq Scan on chunk_code_\\d+ \\(never executed\\)")
                .containsPattern("Heap Scan on chunk_\\d+ \\S+ \\(actual rows=300 ");
    }

    /** At random, so that there is nothing for codes to go by but the angles. */
    @ParameterizedTest
    @ValueSource(ints = {128, 131, 384, 1_024})
    void codesChooseWell(int dimension) {
        CollectionRef other = collection(Metric.COSINE, dimension);
        var many = new RandomRows(STORE, CHOOSING, other);
        STORE.create(other);
        many.fill(0, 4_000);
        var random = new Random(11);
        int found = 0;
        for (int i = 0; i < 20; i++) {
            var options = SearchOptions.top(10).withEfSearch(20);
            var query = new VectorQuery(many.embedding(random), options);
            Set<UUID> chosen = search(other, query);
            chosen.retainAll(
                    search(other, new VectorQuery(query.embedding(), options.withExact(true))));
            found += chosen.size();
        }
        STORE.drop(other);

        assertThat(found).as("of 200, comparing a tenth of the rows").isGreaterThan(180);
    }

    @Test
    void codesGoOnceTheirRowsAreInTheIndex() {
        STORE.create(collection);
        rows.fill(0, 1_500);
        TestDatabase.index(STORE, collection);
        long afterBuild = codes();
        rows.fill(1_500, 20);
        long fresh = codes();
        TestDatabase.index(STORE, collection);

        assertThat(afterBuild).isZero();
        assertThat(fresh).isEqualTo(20);
        assertThat(codes()).isZero();
        assertThat(outOfStep()).as("rows that a build took in have no code").isEqualTo(1_500);
    }

    @Test
    void aSearchThatKnowsOfAnEarlierIndexComparesEveryRow() {
        STORE.create(collection);
        rows.fill(0, 100);
        IndexBoundary before = state();
        rows.fill(100, 1_500);
        TestDatabase.index(STORE, collection);
        rows.fill(1_600, 30);
        VectorQuery query = rows.query(new Random(4));
        var late = new Scope(collection, Restriction.of(null), before);

        rows.assertNearest(query, rows.sql(query, late));

        assertThat(state().boundary()).isGreaterThan(before.boundary());
    }

    @Test
    void noRowIsMissingOrThereTwiceWhileOthersWriteAndIndexesAreBuilt() throws Exception {
        STORE.create(collection);

        rows.compareWhileOthersWrite(TestDatabase.eagerIndexer(), 600, 20);

        TestDatabase.index(STORE, collection);
        rows.assertNearest(rows.query(new Random(78)));
        assertThat(state().boundary()).as("it was built meanwhile").isPositive();
    }

    @Test
    void filteredAndBoostedSearchesCompareEveryRow() {
        STORE.create(collection);
        rows.fill(0, 300);
        var filtered =
                SearchOptions.top(10).withEfSearch(1).withFilter(Filter.source("text", "source"));
        var boosted = SearchOptions.top(10).withEfSearch(1).withBoost("none");

        for (SearchOptions options : List.of(filtered, boosted)) {
            var query = new VectorQuery(rows.embedding(new Random(9)), options);
            assertThat(search(collection, query))
                    .isEqualTo(
                            search(
                                    collection,
                                    new VectorQuery(query.embedding(), options.withExact(true))));
        }
    }

    @Test
    void aCollectionWithoutAnIndexKeepsFewCodes() {
        CollectionRef unindexed = collection.withIndex(IndexSpec.none());
        STORE.create(unindexed);
        rows.fill(0, 20_000);
        long before = codes();
        IndexAdvance advance = STORE.advanceIndex(unindexed);

        assertThat(before).isEqualTo(20_000);
        assertThat(advance).isEqualTo(IndexAdvance.DONE);
        assertThat(codes()).isZero();
    }

    @Test
    void otherMetricsAndFewDimensionsHaveNoCodes() {
        for (CollectionRef other :
                List.of(collection(Metric.L2, 128), collection(Metric.COSINE, 127))) {
            STORE.create(other);
            var few = new RandomRows(STORE, CHOOSING, other);
            few.fill(0, 50);

            few.assertNearest(few.query(new Random(1)));
            assertThat(
                            TestDatabase.number(
                                    "SELECT count(*) FROM pg_class WHERE relname = 'chunk_code_%d'"
                                            .formatted(other.id())))
                    .isZero();
            STORE.drop(other);
        }
    }

    @Test
    void theLongestEmbeddingsHaveCodes() {
        var longest = new IndexSpec(IndexSpec.Type.HNSW, Precision.FLOAT16, 16, 64, 0);
        CollectionRef other = collection(Metric.COSINE, 4_000).withIndex(longest);
        STORE.create(other);
        var few = new RandomRows(STORE, CHOOSING, other);
        few.fill(0, 50);

        few.assertNearest(few.query(new Random(1)));
        assertThat(TestDatabase.number("SELECT count(*) FROM chunk_code_" + other.id()))
                .isEqualTo(50);
        STORE.drop(other);
    }
}

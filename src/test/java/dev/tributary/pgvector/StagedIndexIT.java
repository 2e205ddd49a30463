package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextSpec;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows on their way into the index. */
class StagedIndexIT {
    private static final PgVectorStore STORE = TestDatabase.store();
    private static final AtomicLong NEXT_ID = new AtomicLong(71_000);

    /** Few enough to be inserted rather than built. */
    private static final int ROWS = 600;

    private final CollectionRef collection =
            new CollectionRef(
                    NEXT_ID.getAndIncrement(),
                    "default",
                    8,
                    Metric.L2,
                    TextSpec.of("english"),
                    IndexSpec.hnsw(Precision.FLOAT32));
    private final RandomRows rows = new RandomRows(STORE, TestDatabase.properties(), collection);

    @AfterEach
    void drop() {
        STORE.drop(collection);
    }

    @Test
    void whatIsWrittenIsFreshUntilItIsInTheIndex() {
        STORE.create(collection);
        fill(0, 30);

        assertThat(STORE.stats(collection.allRows()).freshRows()).isEqualTo(30);
        assertThat(STORE.stats(collection.allRows()).indexState()).isEqualTo(IndexState.BUILDING);
        TestDatabase.index(STORE, collection);

        assertThat(STORE.stats(collection.allRows()).freshRows()).isZero();
        assertThat(STORE.stats(collection.allRows()).indexState()).isEqualTo(IndexState.READY);
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
        TestDatabase.execute("DROP INDEX " + IndexExpression.name(collection, 0));

        TestDatabase.index(STORE, collection);

        assertThat(annIndexes()).isEqualTo(1);
        assertThat(STORE.stats(collection.allRows()).indexState()).isEqualTo(IndexState.READY);
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
        assertThat(STORE.stats(narrow.allRows()).indexState()).isEqualTo(IndexState.READY);
    }

    @Test
    void anIndexOfEarlierVersionsIsReplaced() {
        STORE.create(collection);
        fill(0, 50);
        String table = Partitions.table(collection);
        TestDatabase.execute("DROP INDEX " + IndexExpression.name(collection, 0));
        TestDatabase.execute(
                "CREATE INDEX %s_ann_%s ON %s USING hnsw ((embedding::vector(8)) vector_l2_ops)"
                        .formatted(table, IndexExpression.shape(collection), table));

        TestDatabase.index(STORE, collection);

        assertThat(annIndexes()).isEqualTo(1);
        assertThat(STORE.stats(collection.allRows()).freshRows()).isZero();
    }

    @Test
    void freshRowsAreReadThroughTheIndexOnTheirNumbers() {
        STORE.create(collection);
        fill(0, 2_000);
        TestDatabase.index(STORE, collection);
        fill(2_000, 10);
        TestDatabase.execute("ANALYZE " + Partitions.table(collection));

        String plan = TestDatabase.plan(rows.sql(rows.query(new Random(5))));

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
        STORE.create(collection);

        rows.compareWhileOthersWrite(TestDatabase.eagerIndexer(), ROWS, 20);

        assertThat(state().boundary()).as("it was built meanwhile").isPositive();
        assertEveryRowIsIndexed();
    }

    /** The same with so few writes that rows are inserted into the index one by one. */
    @Test
    void noRowIsMissingOrThereTwiceWhileOthersWriteAndRowsAreInserted() throws Exception {
        STORE.create(collection);

        rows.compareWhileOthersWrite(STORE, ROWS, 1);

        assertThat(state().boundary()).as("nothing was built meanwhile").isZero();
        assertEveryRowIsIndexed();
        assertThat(
                        TestDatabase.number(
                                "SELECT count(*) FROM %s WHERE seq = 0"
                                        .formatted(Partitions.table(collection))))
                .isEqualTo(ROWS);
    }

    private void assertEveryRowIsIndexed() {
        TestDatabase.index(STORE, collection);
        rows.assertNearest(rows.query(new Random(78)));
        assertThat(STORE.count(collection.allRows(), null)).isEqualTo(ROWS);
    }

    private IndexBoundary state() {
        return Objects.requireNonNull(new IndexBoundaries(TestDatabase.database()).of(collection));
    }

    private long annIndexes() {
        return TestDatabase.number(
                "SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%s\\_ann\\_%%'"
                        .formatted(Partitions.table(collection)));
    }

    private void fill(int from, int count) {
        rows.fill(from, count);
    }
}

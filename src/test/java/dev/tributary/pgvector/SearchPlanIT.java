package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.Metric;
import dev.tributary.vector.QuerySyntax;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextQuery;
import dev.tributary.vector.TextSpec;
import dev.tributary.vector.VectorQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The plans that searches must get: a shape that loses its index answers rightly, and a hundred
 * times slower. The partition is as small as planners still take an index for.
 */
class SearchPlanIT {
    private static final int ROWS = 3_000;
    private static final int DIMENSION = 64;
    private static final PgVectorStore STORE = TestDatabase.store();
    private static final PgVectorProperties PROPERTIES = TestDatabase.properties();
    private static final CollectionRef COLLECTION =
            collection(70_001, Metric.COSINE, IndexSpec.hnsw(Precision.FLOAT32));

    private static CollectionRef collection(long id, Metric metric, IndexSpec index) {
        return new CollectionRef(id, "default", DIMENSION, metric, TextSpec.of("english"), index);
    }

    /** One whose words are known. */
    private static final int OTHER_COLLECTION = 70_999;

    @BeforeAll
    static void fill() {
        create(COLLECTION);
        // Of an empty table, the plan depends on whether autovacuum has been there.
        TestDatabase.execute(
                "INSERT INTO chunk_term SELECT %d, 'word' || i, 1 FROM generate_series(1, 10000) AS i"
                        .formatted(OTHER_COLLECTION));
        TestDatabase.execute("VACUUM ANALYZE chunk_term");
    }

    @AfterAll
    static void drop() {
        STORE.drop(COLLECTION);
        TestDatabase.execute("DELETE FROM chunk_term WHERE collection_id = " + OTHER_COLLECTION);
    }

    private static void create(CollectionRef collection) {
        // Filled first and indexed afterwards, which is five times faster.
        STORE.create(collection.withIndex(IndexSpec.none()));
        var random = new Random(11);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            chunks.add(chunk(i, embedding(random)));
            if (chunks.size() == 1_000) {
                STORE.upsert(collection.allRows(), chunks);
                chunks.clear();
            }
        }
        STORE.buildIndex(collection);
        TestDatabase.execute("VACUUM ANALYZE " + Partitions.table(collection));
    }

    private static Chunk chunk(int i, Embedding embedding) {
        var key = new ChunkKey("document", "d" + i, 0);
        // Every chunk has "common", one in ten has "seldom", one has its own word.
        String content = "common word" + i + (i % 10 == 0 ? " seldom" : "") + " padding".repeat(60);
        return new Chunk(
                key.toId(),
                key,
                content,
                null,
                embedding,
                metadata(i),
                null,
                null,
                null,
                Map.of(),
                null,
                null);
    }

    private static Map<String, @Nullable Object> metadata(int i) {
        int few = i % 500;
        var metadata = new HashMap<String, @Nullable Object>();
        metadata.putAll(Map.of("half", i % 2, "few", few, "year", i));
        if (few == 77 || few == 78) {
            metadata.put("tags", List.of("both", "t" + few));
            metadata.put("authors", List.of(Map.of("name", "n" + few, "born", i)));
            metadata.put("a.b", few);
        }
        return metadata;
    }

    private static Embedding embedding(Random random) {
        float[] components = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            components[i] = (float) random.nextGaussian();
        }
        return Embedding.copyOf(components);
    }

    private static VectorQuery query(int topK, @Nullable Filter filter) {
        return new VectorQuery(
                embedding(new Random(5)), SearchOptions.top(topK).withFilter(filter));
    }

    private static String vectorPlan(CollectionRef collection, VectorQuery query, Effort effort) {
        return TestDatabase.plan(
                new SearchSql(
                                PROPERTIES,
                                TestDatabase.version(),
                                TestDatabase.scope(
                                        collection, Restriction.of(query.options().filter())),
                                effort)
                        .vector(query));
    }

    private static String hybridPlan(String text, @Nullable Filter filter, Fusion fusion) {
        var query =
                new HybridQuery(
                        embedding(new Random(5)),
                        TextQuery.parse(text, QuerySyntax.WEB),
                        fusion,
                        SearchOptions.top(10).withFilter(filter));
        return TestDatabase.plan(
                new SearchSql(
                                PROPERTIES,
                                TestDatabase.version(),
                                TestDatabase.scope(COLLECTION, Restriction.of(filter)),
                                Effort.PROBED)
                        .hybrid(query));
    }

    /** As many ids as other stores find, or are behind by. */
    @ParameterizedTest
    @ValueSource(ints = {1, 13, 300})
    void comparesChunksByThePrimaryKey(int count) {
        List<UUID> ids = STORE.ids(COLLECTION.allRows(), null, count);
        Sql sql =
                new NearestOf(TestDatabase.database(), PROPERTIES)
                        .sql(
                                COLLECTION.allRows(),
                                query(10, null),
                                ids,
                                new ChangePosition("nobody", "(1,1:1:,,,)"));

        assertThat(TestDatabase.plan(sql))
                .contains("chunk_%d_pk".formatted(COLLECTION.id()))
                .doesNotContain("Seq Scan");
    }

    /** The plan without the parts that were skipped. */
    private static String executed(String plan) {
        return plan.lines()
                .filter(line -> !line.contains("never executed"))
                .collect(Collectors.joining("\n"));
    }

    private static String indexName(CollectionRef collection) {
        IndexBoundary state = new IndexBoundaries(TestDatabase.database()).of(collection);
        return IndexExpression.name(collection, Objects.requireNonNull(state).boundary());
    }

    private static String ann(CollectionRef collection) {
        return "Index Scan using " + indexName(collection);
    }

    static Stream<IndexSpec> everyIndex() {
        return Stream.of(Precision.values())
                .flatMap(p -> Stream.of(IndexSpec.hnsw(p), IndexSpec.ivfflat(p, 20)));
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void walksTheIndexOfEveryTypeAndPrecision(Metric metric) {
        CollectionRef bare = collection(70_010, metric, IndexSpec.none());
        create(bare);

        everyIndex()
                .forEach(index -> {
                    CollectionRef collection = bare.withIndex(index);
                    STORE.buildIndex(collection);
                    STORE.dropOtherIndexes(collection);

                    String plan = vectorPlan(collection, query(10, null), Effort.PROBED);

                    assertThat(executed(plan)).contains(ann(collection)).doesNotContain("Seq Scan");
                });
        STORE.drop(bare);
    }

    @Test
    void aThresholdIsCutOutsideOfTheIndexScan() {
        var query =
                new VectorQuery(embedding(new Random(5)), SearchOptions.top(10).withThreshold(0.5));

        String plan = vectorPlan(COLLECTION, query, Effort.PROBED);

        assertThat(plan)
                .containsPattern(
                        ann(COLLECTION)
                                + " on chunk_70001[ a-z0-9_]* \\(actual rows=10 loops=1\\)\\s+Order By:.*\\s+CTE candidate")
                .containsPattern("CTE Scan on candidate .*\\s+Filter: \\(distance <= ");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 400})
    void handsOutAsManyRowsAsAskedFor(int topK) {
        assertThat(vectorPlan(COLLECTION, query(topK, null), Effort.PROBED))
                .containsPattern(
                        ann(COLLECTION)
                                + " on chunk_70001[ a-z0-9_]* \\(actual rows="
                                + topK
                                + " ");
    }

    @Test
    void aSmallCollectionIsComparedWhole() {
        var query = query(10, null);
        String plan =
                TestDatabase.plan(
                        new SearchSql(
                                        PgVectorProperties.defaults(),
                                        TestDatabase.version(),
                                        TestDatabase.scope(COLLECTION, Restriction.of(null)),
                                        Effort.PROBED)
                                .vector(query));

        assertThat(plan)
                .contains("Seq Scan on chunk_70001")
                .containsPattern(
                        ann(COLLECTION) + " on chunk_70001[ a-z0-9_]* \\(never executed\\)");
    }

    @Test
    void aFilterThatKeepsMuchWalksTheIndex() {
        // Of 3,000 rows, 2,400: more than are compared one by one.
        Filter filter = Filter.parse(Map.of("year", Map.of("$lt", 2_400)));

        String plan = vectorPlan(COLLECTION, query(10, filter), Effort.PROBED);

        assertThat(plan)
                .contains(ann(COLLECTION))
                .containsPattern("Tid Scan on chunk_70001[ a-z0-9_]* \\(never executed\\)");
    }

    @Test
    void aFilterThatKeepsLittleComparesJustThose() {
        Filter filter = Filter.parse(Map.of("few", 77));

        String plan = vectorPlan(COLLECTION, query(10, filter), Effort.PROBED);

        assertThat(plan)
                .contains("Bitmap Index Scan on chunk_70001_metadata")
                .containsPattern("Tid Scan on chunk_70001[ a-z0-9_]* \\(actual rows=6 ")
                .doesNotContain("Seq Scan on chunk_70001 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"few\": {\"$in\": [77, 78]}}",
                "{\"tags\": \"t77\"}",
                "{\"tags\": {\"$in\": [\"t77\", \"t78\"]}}",
                "{\"tags\": {\"$contains\": \"t77\"}}",
                "{\"tags\": {\"$all\": [\"both\", \"t77\"]}}",
                "{\"tags\": {\"$elemMatch\": {\"$eq\": \"t77\", \"$gt\": \"t\"}}}",
                "{\"authors.name\": \"n77\"}",
                "{\"authors\": {\"$elemMatch\": {\"name\": \"n77\", \"born\": {\"$gt\": 1}}}}",
                "{\"a\\\\.b\": 77}"
            })
    void aConditionOnArraysUsesTheIndexOfTheMetadata(String filter) {
        String plan =
                vectorPlan(
                        COLLECTION,
                        query(10, Filter.parse(Json.readObject(filter))),
                        Effort.PROBED);

        assertThat(plan)
                .contains("Bitmap Index Scan on chunk_70001_metadata")
                .containsPattern("Tid Scan on chunk_70001[ a-z0-9_]* \\(actual rows=(6|12) ")
                .doesNotContain("Seq Scan on chunk_70001 ");
    }

    @Test
    void anExhaustiveSearchUsesNoApproximateIndex() {
        assertThat(vectorPlan(COLLECTION, query(10, null), Effort.EXHAUSTIVE))
                .contains("Seq Scan on chunk_70001")
                .doesNotContain("_ann_");
    }

    @Test
    void aHybridSearchUsesBothIndexesAndFetchesOnlyThePage() {
        String plan = hybridPlan("seldom word77", null, Fusion.DEFAULT);

        assertThat(executed(plan))
                .contains(ann(COLLECTION))
                .contains("Bitmap Index Scan on chunk_70001_tsv")
                .containsPattern(
                        "Index Scan using chunk_70001_pk on chunk_70001 chunk.* loops=10\\)")
                .containsOnlyOnce("Seq Scan")
                // The head of the collection, while nothing is known of its words.
                .containsPattern("Seq Scan on chunk_70001[ a-z0-9_]* \\(actual rows=2001 ");
    }

    @Test
    void bothLegsCarryTheFilter() {
        Filter filter = Filter.parse(Map.of("half", 1));

        String plan = hybridPlan("seldom word77", filter, Fusion.DEFAULT);

        assertThat(plan.split("\"half\" == 1", -1)).hasSizeGreaterThan(3);
    }

    @Test
    void aLegWithoutWeightIsNotRun() {
        assertThat(hybridPlan("seldom", null, new Fusion(60, 0, 1, 100)))
                .doesNotContain("_ann_")
                .contains("_tsv");
        assertThat(hybridPlan("seldom", null, new Fusion(60, 1, 0, 100)))
                .contains("_ann_")
                .doesNotContain("_tsv");
    }

    @Test
    void startsNoWorkersForAHalfThatIsNotExecuted() {
        var query = query(10, null);
        Sql search =
                new SearchSql(
                                PROPERTIES,
                                TestDatabase.version(),
                                TestDatabase.scope(COLLECTION, Restriction.of(null)),
                                Effort.PROBED)
                        .vector(query);
        // What makes a planner use workers on a table as small as this one.
        Sql eager =
                new Sql.Builder()
                        .add("SELECT set_config('parallel_setup_cost', '0', true),")
                        .add(" set_config('parallel_tuple_cost', '0', true),")
                        .add(" set_config('min_parallel_table_scan_size', '0', true),")
                        .add(
                                search.text().substring("SELECT".length()),
                                search.parameters().toArray())
                        .build();

        assertThat(TestDatabase.plan(eager)).contains(ann(COLLECTION)).doesNotContain("Workers");
    }

    @Test
    void namesOnePartitionOnly() {
        CollectionRef other = collection(70_002, Metric.COSINE, IndexSpec.hnsw(Precision.FLOAT32));
        STORE.create(other);

        String plan = hybridPlan("seldom", null, Fusion.DEFAULT);

        assertThat(plan).contains("chunk_70001").doesNotContain("chunk_70002");
        STORE.drop(other);
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void theSettingsEndWithTheSearch(Metric metric) {
        var query =
                new VectorQuery(embedding(new Random(5)), SearchOptions.top(10).withEfSearch(321));
        Sql search =
                new SearchSql(
                                PROPERTIES,
                                TestDatabase.version(),
                                TestDatabase.scope(COLLECTION, Restriction.of(null)),
                                Effort.PROBED)
                        .vector(query);

        String left =
                TestDatabase.database()
                        .read(
                                "test",
                                session -> {
                                    SearchRows.read(session, search, metric, query);
                                    try (var statement = session.connection().createStatement();
                                            var row =
                                                    statement.executeQuery(
                                                            "SELECT current_setting('hnsw.ef_search')"
                                                                    + " || current_setting('statement_timeout')")) {
                                        row.next();
                                        return row.getString(1);
                                    }
                                });

        assertThat(search.text()).contains("'321'");
        assertThat(left).isEqualTo("400");
    }
}

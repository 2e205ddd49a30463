package dev.tributary.pgvector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.pgvector.SearchSql.Effort;
import dev.tributary.pgvector.TextStatistics.Changed;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.Hit;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.QuerySyntax;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.TextQuery;
import dev.tributary.vector.TextSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the text leg knows of words in the background, and what that is good for. */
class TextStatisticsIT {
    private static final int ROWS = 6_000;
    private static final PgVectorProperties PROPERTIES = TestDatabase.properties();
    private static final PgVectorStore STORE = TestDatabase.store();
    private static final TextStatistics STATISTICS =
            new TextStatistics(TestDatabase.database(), PROPERTIES);
    private static final CollectionRef COLLECTION =
            new CollectionRef(
                    70_101, "default", 2, Metric.L2, TextSpec.of("english"), IndexSpec.none());

    @BeforeAll
    static void fill() {
        STORE.create(COLLECTION);
        List<Chunk> batch = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            batch.add(chunk(i).content(content(i)).embedding(i, 0).build());
            if (batch.size() == 1_000) {
                STORE.upsert(COLLECTION.allRows(), batch);
                batch.clear();
            }
        }
        assertThat(STATISTICS.refresh(70_101)).isTrue();
    }

    /** River is in every chunk, in one of a hundred nine times; lake in each third. */
    private static String content(int i) {
        return "river"
                + " river".repeat(i % 100 == 7 ? 8 : 0)
                + (i % 3 == 0 ? " lake" : "")
                + (i == 4_321 ? " heron" : "")
                + " bank".repeat(10);
    }

    @AfterAll
    static void drop() {
        STORE.drop(COLLECTION);
        assertThat(
                        TestDatabase.number(
                                "SELECT count(*) FROM chunk_term WHERE collection_id = 70101"))
                .isZero();
        assertThat(
                        TestDatabase.number(
                                "SELECT count(*) FROM chunk_text WHERE collection_id = 70101"))
                .isZero();
    }

    private static HybridQuery words(String text, int topK) {
        return new HybridQuery(
                null,
                TextQuery.parse(text, QuerySyntax.WEB),
                new Fusion(60, 0, 1, 100),
                SearchOptions.top(topK).withExplain(true));
    }

    private static List<UUID> ids(SearchResult result) {
        return result.hits().stream().map(Hit::id).toList();
    }

    private static long rowsScanned(SearchResult result) {
        return Objects.requireNonNull(result.explanation()).steps().stream()
                .mapToLong(step -> step.rowsScanned())
                .sum();
    }

    @Test
    void countsCommonWordsAndLeavesRareOnesToTheIndex() {
        String count = "SELECT rows FROM chunk_term WHERE collection_id = 70101 AND lexeme = ";

        assertThat(TestDatabase.number(count + "'river'")).isEqualTo(ROWS);
        assertThat(TestDatabase.number(count + "'lake'")).isEqualTo(ROWS / 3);
        assertThat(TestDatabase.number(count + "E'\\x03river'")).isEqualTo(ROWS / 100);
        assertThat(
                        TestDatabase.number(
                                "SELECT count(*) FROM chunk_term WHERE collection_id = 70101 AND"
                                        + " lexeme = 'heron'"))
                .isZero();
        assertThat(TestDatabase.number("SELECT rows FROM chunk_text WHERE collection_id = 70101"))
                .isEqualTo(ROWS);
    }

    @Test
    void aLoneCommonWordFindsTheChunksThatHaveItMostWithoutReadingAll() {
        var result = STORE.hybrid(COLLECTION.allRows(), words("river", 10));

        assertThat(result.hits()).hasSize(10);
        assertThat(ids(result))
                .allMatch(id -> content(indexOf(id)).startsWith("river river river"));
        assertThat(rowsScanned(result)).isLessThan(1_000);
    }

    private static int indexOf(UUID id) {
        for (int i = 0; i < ROWS; i++) {
            if (chunk(i).build().id().equals(id)) {
                return i;
            }
        }
        throw new AssertionError("no chunk " + id);
    }

    @Test
    void aRareWordAmongCommonOnesDecides() {
        var result = STORE.hybrid(COLLECTION.allRows(), words("river lake bank heron", 5));

        assertThat(ids(result)).first().isEqualTo(chunk(4_321).build().id());
        assertThat(rowsScanned(result)).isLessThan(3L * PROPERTIES.textCandidates());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "river",
                "lake",
                "river lake",
                "heron river",
                "\"river lake\"",
                "lake -heron"
            })
    void findsTheSameBestAsAnExhaustiveSearch(String text) {
        var query = words(text, 20);
        var exact =
                STORE.hybrid(
                        COLLECTION.allRows(),
                        new HybridQuery(
                                null,
                                query.text(),
                                query.fusion(),
                                query.options().withExact(true)));

        var fast = STORE.hybrid(COLLECTION.allRows(), query);

        assertThat(textScores(fast)).isEqualTo(textScores(exact));
    }

    private static List<Double> textScores(SearchResult result) {
        return result.hits().stream()
                .map(hit -> Objects.requireNonNull(Objects.requireNonNull(hit.legs()).text()))
                .map(leg -> Math.round(leg.score() * 1e9) / 1e9)
                .toList();
    }

    @Test
    void readsTheIndexAndNotTheTable() {
        String plan =
                TestDatabase.plan(
                        new SearchSql(
                                        PROPERTIES,
                                        TestDatabase.version(),
                                        TestDatabase.scope(COLLECTION, Restriction.of(null)),
                                        Effort.INDEXED)
                                .hybrid(words("river lake heron", 10)));

        assertThat(
                        plan.lines()
                                .filter(line -> line.contains("Seq Scan on chunk_70101"))
                                .filter(line -> !line.contains("never executed")))
                .isEmpty();
        assertThat(plan).contains("Bitmap Index Scan on chunk_70101_tsv");
    }

    @Test
    void isDueOnceAFifthHasChanged() {
        TestDatabase.execute("UPDATE chunk_text SET bytes = bytes / 2 WHERE collection_id = 70101");

        assertThat(changed()).contains(70_101);
        // A session tells of what it has written up to a second later.
        await().untilAsserted(() -> {
            assertThat(STATISTICS.refresh(70_101)).isTrue();
            assertThat(changed()).doesNotContain(70_101);
        });
    }

    private static List<Integer> changed() {
        return STATISTICS.changed().stream().map(Changed::collection).toList();
    }

    @Test
    void pausesWhileACollectionIsWrittenTo() {
        var statistics = new TextStatistics(TestDatabase.database(), PROPERTIES);
        assertThat(statistics.isDue(new Changed(70_101, 100))).isTrue();

        statistics.tryRefresh(new Changed(70_101, 100));

        assertThat(statistics.isDue(new Changed(70_101, 200))).isFalse();
        assertThat(statistics.isDue(new Changed(70_101, 300))).isFalse();
        assertThat(statistics.isDue(new Changed(70_101, 300))).isTrue();
        assertThat(statistics.isDue(new Changed(70_102, 300))).isTrue();
    }

    @Test
    void leavesACollectionThatIsGoneAlone() {
        assertThat(STATISTICS.refresh(70_199)).isFalse();
    }
}

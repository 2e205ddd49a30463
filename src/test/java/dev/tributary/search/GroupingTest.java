package dev.tributary.search;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.search.SearchSpec.Group;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkBuilder;
import dev.tributary.vector.Filter;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.VectorQuery;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupingTest extends GroupingFixture {
    private StoreSearch search(SearchOptions options) {
        return StoreSearch.of(
                store, COLLECTION.allRows(), new VectorQuery(ORIGIN, options), new SearchReport());
    }

    private Grouping grouping(SearchOptions options, String by, int size) {
        var search = search(options);
        return new Grouping(search, options, new Group(GroupField.parse(by), size));
    }

    /** Every chunk in order, its group's list filled up to the size, the first groups kept. */
    private List<UUID> byBruteForce(
            Function<Chunk, @Nullable Object> valueOf, int groupsMax, int size) {
        Map<Object, List<UUID>> groups = new LinkedHashMap<>();
        chunks.stream()
                .sorted(
                        Comparator.comparingDouble(GroupingTest::distance)
                                .thenComparing(c -> c.id().toString()))
                .forEach(chunk -> {
                    Object value = valueOf.apply(chunk);
                    groups.computeIfAbsent(
                                    value == null ? chunk.id() : value, _ -> new ArrayList<>())
                            .add(chunk.id());
                });
        return groups.values().stream()
                .limit(groupsMax)
                .flatMap(ids -> ids.stream().limit(size))
                .toList();
    }

    private static double distance(Chunk chunk) {
        float[] components = chunk.embedding().toArray();
        return Math.hypot(components[0], components[1]);
    }

    @Test
    void ordersGroupsByTheirBestHits() {
        fill(
                List.of(
                        at("a", 0, 1),
                        at("b", 0, 2),
                        at("a", 1, 3),
                        at("c", 0, 4),
                        at("b", 1, 5),
                        at("a", 2, 6)));

        RankedHits found = grouping(SearchOptions.top(2), "source_id", 2).find();

        assertThat(found.hits())
                .extracting(it -> it.hit().key().sourceId() + it.hit().key().chunkIndex())
                .containsExactly("a0", "a1", "b0", "b1");
        assertThat(groups(found)).containsExactly("a", "a", "b", "b");
        assertThat(found.complete()).isTrue();
    }

    /** Thousands of chunks of one source are nearer than any of another. */
    @ParameterizedTest
    @CsvSource({"10, 1", "10, 5", "21, 3", "3, 100", "1, 7"})
    void completesGroupsBehindOneThatCoversThem(int topK, int size) {
        List<Chunk> skewed = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            skewed.add(at("flood", i, 0.001 + i * 0.0001));
        }
        for (int source = 0; source < 20; source++) {
            for (int i = 0; i <= source; i++) {
                skewed.add(at("s" + source, i, 1 + source + i * 0.7));
            }
        }
        fill(skewed);

        var grouping = grouping(SearchOptions.top(topK), "source_id", size);
        RankedHits found = grouping.find();

        assertThat(ids(found)).isEqualTo(byBruteForce(c -> c.key().sourceId(), topK, size));
        assertThat(found.complete()).isTrue();
        assertThat(grouping.isCutShort()).isFalse();
    }

    @Test
    void completesEachOfSeveralLargeGroups() {
        List<Chunk> large = new ArrayList<>();
        for (int source = 0; source < 6; source++) {
            for (int i = 0; i < 1_500; i++) {
                large.add(at("s" + source, i, 1 + source + i * 0.0001));
            }
        }
        fill(large);

        RankedHits found = grouping(SearchOptions.top(6), "source_id", 50).find();

        assertThat(ids(found)).isEqualTo(byBruteForce(c -> c.key().sourceId(), 6, 50));
        assertThat(found.complete()).isTrue();
    }

    @Test
    void saysSoIfTheSearchesRunOut() {
        List<Chunk> large = new ArrayList<>();
        for (int source = 0; source < 15; source++) {
            for (int i = 0; i < 1_001; i++) {
                large.add(at("s" + source, i, 1 + source + i * 0.0001));
            }
        }
        fill(large);
        var search = search(SearchOptions.top(15));

        var grouping =
                new Grouping(
                        search, SearchOptions.top(15), new Group(GroupField.parse("source_id"), 2));
        RankedHits found = grouping.find();

        assertThat(found.complete()).isFalse();
        assertThat(grouping.isCutShort()).isTrue();
        assertThat(search.calls()).isLessThanOrEqualTo(Grouping.CALLS_MAX);
        int whole = groups(found).size() / 2;
        assertThat(whole).isGreaterThanOrEqualTo(10);
        assertThat(ids(found)).isEqualTo(byBruteForce(c -> c.key().sourceId(), whole, 2));
    }

    @Test
    void hidesNoChunkThatHasNoValue() {
        List<@Nullable Object> values =
                Arrays.asList(null, 1, List.of(1), 1.0, Map.of("a", 1), true, null, "1", true);
        List<Chunk> varied = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            varied.add(chunk(i).embedding(1 + i, 0).metadata("g", values.get(i)).build());
        }
        varied.add(chunk(9).embedding(10, 0).build());
        fill(varied);

        RankedHits found = grouping(SearchOptions.top(20), "g", 10).find();

        assertThat(found.hits())
                .extracting(it -> it.hit().key().chunkIndex())
                .containsExactly(0, 1, 3, 2, 4, 5, 8, 6, 7, 9);
        assertThat(groups(found))
                .containsExactly(null, 1, 1, null, null, true, true, null, "1", null);
        assertThat(found.complete()).isTrue();
    }

    /** Issue 9: a filter finds a value in arrays too, but these have no value to group by. */
    @Test
    void hidesNoChunkThatHasTheValueOfAnotherGroupInAnArray() {
        List<Chunk> varied = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            varied.add(chunk(i).embedding(1 + i, 0).metadata("g", "x").build());
        }
        varied.add(chunk(80).embedding(81, 0).metadata("g", List.of("x")).build());
        varied.add(chunk(81).embedding(82, 0).metadata("g", "y").build());
        fill(varied);

        RankedHits found = grouping(SearchOptions.top(3), "g", 1).find();

        assertThat(groups(found)).containsExactly("x", null, "y");
        assertThat(found.complete()).isTrue();
    }

    @Test
    void groupsByAKeyWithADotOrADollar() {
        fill(
                IntStream.range(0, 4)
                        .mapToObj(i ->
                                chunk(i).embedding(1 + i, 0)
                                        .metadata(Map.of("a.b", i % 2, "$c", i / 2))
                                        .build())
                        .toList());

        assertThat(groups(grouping(SearchOptions.top(3), "a\\.b", 1).find())).containsExactly(0, 1);
        assertThat(groups(grouping(SearchOptions.top(3), "\\$c", 1).find())).containsExactly(0, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "source_type",
                "source_id",
                "chunk_index",
                "tenant",
                "created_at",
                "updated_at",
                "a.b",
                "$tenant",
                "$source_id"
            })
    void groupsByAnyColumnAndPath(String by) {
        List<Chunk> varied = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ChunkBuilder chunk = chunk("s" + i % 5, i).embedding(1 + i, 0);
            chunk.metadata("a", Map.of("b", i % 3));
            if (i % 4 > 0) {
                chunk.tenant("t" + i % 4);
            }
            varied.add(chunk.build());
        }
        fill(varied);
        Function<Chunk, @Nullable Object> valueOf =
                chunk ->
                        switch (by.replace("$", "")) {
                            case "source_type" -> chunk.key().sourceType();
                            case "source_id" -> chunk.key().sourceId();
                            case "tenant" -> chunk.tenant();
                            case "a.b" -> chunk.key().chunkIndex() % 3;
                            default -> chunk.id();
                        };

        RankedHits found = grouping(SearchOptions.top(7), by, 3).find();

        assertThat(ids(found)).isEqualTo(byBruteForce(valueOf, 7, 3));
    }

    @Test
    void findsNoGroupsInNothing() {
        fill(List.of());

        RankedHits found = grouping(SearchOptions.top(3), "source_id", 2).find();

        assertThat(found.hits()).isEmpty();
        assertThat(found.complete()).isTrue();
    }

    @Test
    void equalsBruteForceForRandomGroups() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("groups by seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            chunks.clear();
            store.drop(COLLECTION);
            int sources = 1 + random.nextInt(40);
            fill(
                    IntStream.range(0, random.nextInt(3_000))
                            .mapToObj(i -> random(random, i, sources))
                            .toList());
            int topK = 1 + random.nextInt(30);
            int size = 1 + random.nextInt(30);
            int rest = random.nextInt(3);
            Filter filter =
                    rest == 0 ? null : new Filter.Not(Filter.equal(Filter.Column.SOURCE_ID, "s0"));
            if (filter != null) {
                chunks.removeIf(chunk -> chunk.key().sourceId().equals("s0"));
            }

            var options = SearchOptions.top(topK).withFilter(filter);
            var grouping = grouping(options, "source_id", size);
            RankedHits found = grouping.find();

            assertThat(grouping.isCutShort()).isFalse();
            assertThat(ids(found))
                    .as("seed " + seed + ", round " + round)
                    .isEqualTo(byBruteForce(c -> c.key().sourceId(), topK, size));
        }
    }

    /** Low sources have most of the chunks, and the nearest. */
    private static Chunk random(Random random, int i, int sources) {
        int source = (int) (sources * Math.pow(random.nextDouble(), 4));
        float side = (float) (random.nextGaussian() * (0.1 + source));
        return chunk("s" + source, i).embedding(side, (float) random.nextGaussian()).build();
    }

    @Test
    void looksForNoMoreHitsOfAChunkWithoutAValue() {
        fill(IntStream.range(0, 300).mapToObj(i -> at("s", i, 1 + i)).toList());
        var search = search(SearchOptions.top(10));

        RankedHits found =
                new Grouping(search, SearchOptions.top(10), new Group(GroupField.parse("g"), 5))
                        .find();

        assertThat(found.hits()).hasSize(10);
        assertThat(found.complete()).isTrue();
        assertThat(search.calls()).isEqualTo(1);
    }

    @Test
    void takesNumbersOfEqualSizeForOneValue() {
        assertThat(GroupField.filterValue(new BigDecimal("1.50")))
                .isEqualTo(GroupField.filterValue(1.5));
        assertThat(GroupField.filterValue(100)).isEqualTo(GroupField.filterValue(1e2));
        assertThat(GroupField.filterValue(1)).isNotEqualTo(GroupField.filterValue("1"));
    }
}

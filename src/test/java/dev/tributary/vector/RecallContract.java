package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.FilterContract.names;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.exactly;
import static dev.tributary.vector.StoreFixture.gaussian;
import static dev.tributary.vector.StoreFixture.query;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.path;
import static java.util.Comparator.comparingDouble;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.vector.Filter.And;
import dev.tributary.vector.Filter.Compare;
import dev.tributary.vector.Filter.Comparison;
import dev.tributary.vector.Filter.Not;
import dev.tributary.vector.Filter.Value;
import dev.tributary.vector.IndexSpec.Precision;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of rows: what an approximate index may miss, and what it may not. */
interface RecallContract extends StoreCalls {
    int ROWS = 2_000;
    int QUERIES = 25;
    int TOP_K = 10;

    /** Rows around as many centres: one bit a component tells clusters apart, not lone points. */
    int CLUSTER_SIZE = 20;

    static Stream<Arguments> indexKinds() {
        var binary = IndexSpec.hnsw(Precision.BINARY);
        return Stream.of(
                Arguments.of(Metric.COSINE, HNSW, 16, 0.95),
                Arguments.of(Metric.L2, HNSW, 16, 0.95),
                Arguments.of(Metric.INNER_PRODUCT, HNSW, 16, 0.95),
                Arguments.of(Metric.COSINE, IndexSpec.hnsw(Precision.FLOAT16), 16, 0.95),
                Arguments.of(Metric.L2, IndexSpec.hnsw(Precision.FLOAT16), 16, 0.95),
                Arguments.of(Metric.COSINE, binary, 128, 0.8),
                Arguments.of(Metric.L2, binary, 128, 0.8),
                Arguments.of(Metric.COSINE, IndexSpec.ivfflat(Precision.FLOAT32, 10), 16, 0.95),
                Arguments.of(Metric.L2, IndexSpec.ivfflat(Precision.FLOAT16, 10), 16, 0.95),
                Arguments.of(Metric.COSINE, IndexSpec.ivfflat(Precision.BINARY, 10), 128, 0.8),
                Arguments.of(Metric.INNER_PRODUCT, IndexSpec.none(), 16, 1.0));
    }

    @ParameterizedTest
    @MethodSource("dev.tributary.vector.RecallContract#indexKinds")
    default void findsAlmostAllOfTheNearestAndAllOfThemIfAsked(
            Metric metric, IndexSpec index, int dimension, double recallMin) {
        var random = random();
        var collection = collection(dimension, metric, index);
        List<Chunk> chunks = clustered(random, dimension);
        fill(collection, chunks);
        settle(collection);
        Map<UUID, Chunk> byId =
                chunks.stream().collect(Collectors.toMap(Chunk::id, Function.identity()));

        double found = 0;
        for (int i = 0; i < QUERIES; i++) {
            var query = near(random, chunks.get(random.nextInt(ROWS)), 0.5);
            List<Double> nearest = nearestDistances(metric, chunks, query);
            var exact = search(collection, exactly(query, TOP_K, null));
            var quick = search(collection, query(TOP_K, null, query.toArray()));
            assertTrue(metric, byId, query, exact);
            assertTrue(metric, byId, query, quick);
            for (int rank = 0; rank < TOP_K; rank++) {
                assertThat(exact.hits().get(rank).distance())
                        .isCloseTo(nearest.get(rank), within(1e-3));
            }
            double farthest = nearest.getLast() + 1e-3;
            found += quick.hits().stream().filter(hit -> distance(hit) <= farthest).count();
        }

        assertThat(found / (QUERIES * TOP_K)).as("recall").isGreaterThanOrEqualTo(recallMin);
    }

    /** Asserts that every hit is another row and has the distance and score that it claims. */
    private static void assertTrue(
            Metric metric, Map<UUID, Chunk> byId, Embedding query, SearchResult result) {
        assertThat(result.hits()).hasSize(TOP_K);
        assertThat(result.hits()).extracting(Hit::id).doesNotHaveDuplicates();
        assertThat(result.hits()).isSortedAccordingTo(comparingDouble(RecallContract::distance));
        for (Hit hit : result.hits()) {
            Embedding embedding = Objects.requireNonNull(byId.get(hit.id())).embedding();
            double distance = Distances.between(metric, embedding, query);
            assertThat(hit.distance()).isCloseTo(distance, within(1e-4));
            assertThat(hit.score()).isCloseTo(metric.score(distance), within(1e-4));
        }
    }

    private static List<Double> nearestDistances(
            Metric metric, List<Chunk> chunks, Embedding query) {
        return chunks.stream()
                .map(chunk -> Distances.between(metric, chunk.embedding(), query))
                .sorted()
                .limit(TOP_K)
                .toList();
    }

    private static double distance(Hit hit) {
        Double distance = hit.distance();
        return distance == null ? Double.NaN : distance;
    }

    private static List<Chunk> clustered(Random random, int dimension) {
        List<Chunk> chunks = new ArrayList<>();
        while (chunks.size() < ROWS) {
            var centre = chunk(0).embedding(gaussian(random, dimension)).build();
            for (int i = 0; i < CLUSTER_SIZE; i++) {
                var embedding = near(random, centre, 0.4);
                chunks.add(chunk(chunks.size()).embedding(embedding.toArray()).build());
            }
        }
        return chunks;
    }

    private static Embedding near(Random random, Chunk centre, double spread) {
        float[] components = centre.embedding().toArray();
        for (int i = 0; i < components.length; i++) {
            components[i] += (float) (spread * random.nextGaussian());
        }
        return Embedding.copyOf(components);
    }

    @Test
    default void returnsAllThatASelectiveFilterKeepsHoweverFarAway() {
        var random = random();
        var collection = collection(8, Metric.L2);
        int count = 3_000;
        fill(collection, farther(random, count, 8));
        float[] query = new float[8];

        for (int kept : new int[] {0, 1, 5, 50}) {
            Filter byNumber = atLeast("order", count - kept);
            Filter byText = new Filter.In(path("name"), names(count - kept, count));
            Filter byColumn =
                    new Compare(
                            Filter.Column.CHUNK_INDEX,
                            Comparison.GREATER_OR_EQUAL,
                            new Value.Decimal(BigDecimal.valueOf(count - kept)));
            Filter byNegation = new Not(new Not(new And(List.of(byNumber, byText))));
            for (Filter filter : List.of(byNumber, byText, byColumn, byNegation)) {
                var result = search(collection, query(100, filter, query));
                assertThat(result.hits()).as("%s keeps %s", filter, kept).hasSize(kept);
                assertThat(result.complete()).isTrue();
            }
        }
    }

    @Test
    default void returnsTopKOfWhatAFilterKeeps() {
        var random = random();
        var collection = collection(8, Metric.COSINE);
        fill(collection, farther(random, 3_000, 8));
        float[] query = gaussian(random, 8);

        for (int kept : new int[] {20, 150, 600, 1_500}) {
            var filter = atLeast("order", 3_000 - kept);
            var result = search(collection, query(20, filter, query));
            assertThat(result.hits()).as("filter that keeps %s", kept).hasSize(20);
            assertThat(search(collection, query(1_000, filter, query)).hits())
                    .as("top 1,000 of a filter that keeps %s", kept)
                    .hasSize(Math.min(kept, 1_000));
        }
    }

    @Test
    default void holdsAThresholdAndAFilterAtOnce() {
        var random = random();
        var collection = collection(8, Metric.L2);
        fill(collection, farther(random, 3_000, 8));
        var filter = atLeast("order", 2_990);
        var all = search(collection, query(100, filter, new float[8])).hits();
        double threshold = (all.get(3).score() + all.get(4).score()) / 2;

        var result = search(collection, query(100, threshold, filter, new float[8]));

        assertThat(result.hits())
                .extracting(Hit::id)
                .containsExactlyElementsOf(all.subList(0, 4).stream().map(Hit::id).toList());
        assertThat(result.complete()).isTrue();
    }

    @Test
    default void returnsOnlyMatchingRowsToAnExactSearchToo() {
        var random = random();
        var collection = collection(8, Metric.L2);
        fill(collection, farther(random, 1_000, 8));
        var query = Embedding.copyOf(new float[8]);

        var result = search(collection, exactly(query, 100, atLeast("order", 950)));

        assertThat(result.hits())
                .extracting(hit -> hit.key().chunkIndex())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(950, 1_000).boxed().toList());
        assertThat(result.complete()).isTrue();
    }

    @Test
    default void saysCompleteOnlyIfItReturnedAllThatMatch() {
        var random = random();
        var collection = collection(8, Metric.L2);
        int count = 1_500;
        fill(collection, farther(random, count, 8));

        for (int i = 0; i < 30; i++) {
            var filter = atLeast("order", random.nextInt(count));
            int topK = 1 + random.nextInt(1_000);
            var query =
                    new VectorQuery(
                            Embedding.copyOf(gaussian(random, 8)),
                            SearchOptions.top(topK)
                                    .withFilter(filter)
                                    .withEfSearch(1)
                                    .withInclude(Set.of()));
            var result = search(collection, query);
            long matching = store().count(collection.allRows(), filter);
            if (result.complete()) {
                assertThat(result.hits()).hasSize((int) Math.min(topK, matching));
            }
            assertThat(result.hits()).hasSizeLessThanOrEqualTo(topK);
        }
    }

    /** Rows in order of their distance to the origin, numbered in their metadata. */
    private static List<Chunk> farther(Random random, int count, int dimension) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] components = gaussian(random, dimension);
            double length = Math.sqrt(Distances.squares(components, new float[dimension]));
            for (int j = 0; j < dimension; j++) {
                components[j] *= (float) ((1 + i) / length);
            }
            chunks.add(
                    chunk(i).embedding(components)
                            .metadata(Map.of("order", i, "name", "row " + i))
                            .build());
        }
        return chunks;
    }

    private static Filter atLeast(String key, int least) {
        return new Compare(
                path(key),
                Comparison.GREATER_OR_EQUAL,
                new Value.Decimal(BigDecimal.valueOf(least)));
    }

    private static List<Value> names(int from, int to) {
        return IntStream.range(from, to).<Value>mapToObj(i -> new Value.Text("row " + i)).toList();
    }
}

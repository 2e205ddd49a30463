package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.gaussian;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.sources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores multiplied by a factor of the chunk. */
interface BoostContract extends StoreCalls {
    private SearchResult boosted(CollectionRef collection, SearchOptions options) {
        return search(collection, new VectorQuery(Embedding.copyOf(1, 0), options));
    }

    private static SearchOptions fresh() {
        return SearchOptions.top(10).withBoost("fresh");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void multipliesTheScoreByTheFactor(boolean exact) {
        var collection = collection(2, Metric.COSINE);
        fill(
                collection,
                factor("nothing", 0).embedding(1, 0).build(),
                factor("half", 0.5).embedding(1, 0).build(),
                factor("double", 2).embedding(0.8f, 0.6f).build(),
                chunk("none", 0).embedding(0.96f, 0.28f).build(),
                chunk("other", 0).boosts(Map.of("other", 9.0)).embedding(0.6f, 0.8f).build());

        var result = boosted(collection, fresh().withExact(exact));

        assertThat(sources(result)).containsExactly("double", "none", "other", "half", "nothing");
        List<Double> expected = List.of(1.6, 0.96, 0.6, 0.5, 0.0);
        for (int i = 0; i < 5; i++) {
            assertThat(result.hits().get(i).score()).isCloseTo(expected.get(i), within(1e-6));
        }
        assertThat(result.hits().getFirst().distance()).isCloseTo(0.2, within(1e-6));
        assertThat(result.complete()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    default void multipliesTheScoreOfEveryMetric(Metric metric) {
        var collection = collection(2, metric);
        fill(collection, factor("a", 3).embedding(0.8f, 0.6f).build());

        var hit = boosted(collection, fresh()).hits().getFirst();

        double distance = Objects.requireNonNull(hit.distance());
        assertThat(hit.score()).isCloseTo(3 * metric.score(distance), within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void ranksByTheBoostedScoreHoweverFarAChunkIs(boolean exact) {
        var random = random();
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            chunks.add(
                    chunk(i).embedding(gaussian(random, 2))
                            .boosts(Map.of("fresh", random.nextInt(4) / 2.0))
                            .build());
        }
        fill(collection, chunks);
        List<UUID> expected =
                chunks.stream()
                        .sorted(
                                Comparator.comparingDouble(BoostContract::score)
                                        .reversed()
                                        .thenComparing(Chunk::id, ChunkIds.ORDER))
                        .limit(10)
                        .map(Chunk::id)
                        .toList();

        var result = boosted(collection, fresh().withExact(exact));

        assertThat(ids(result)).isEqualTo(expected);
    }

    private static double score(Chunk chunk) {
        double distance = Distances.between(Metric.L2, chunk.embedding(), Embedding.copyOf(1, 0));
        return Metric.L2.score(distance) * chunk.boosts().getOrDefault("fresh", 1.0);
    }

    @Test
    default void holdsTheThresholdBeforeTheBoost() {
        var collection = collection(2, Metric.COSINE);
        fill(
                collection,
                factor("near", 0.1).embedding(1, 0).build(),
                factor("far", 10).embedding(0.6f, 0.8f).build());

        assertThat(sources(boosted(collection, fresh().withThreshold(0.7))))
                .containsExactly("near");
        assertThat(sources(boosted(collection, fresh().withThreshold(0.5))))
                .containsExactly("far", "near");
    }

    @Test
    default void holdsTheFilterUnderABoost() {
        var collection = plane();
        fill(
                collection,
                factor("a", 0.5).embedding(1, 0).build(),
                factor("b", 3).embedding(2, 0).build(),
                factor("c", 4).embedding(1, 0).build());
        var filter = new Filter.Not(Filter.equal(Filter.Column.SOURCE_ID, "c"));

        assertThat(sources(boosted(collection, fresh().withFilter(filter))))
                .containsExactly("b", "a");
    }

    @Test
    default void breaksTiesOfBoostedScoresById() {
        var collection = collection(2, Metric.INNER_PRODUCT);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            var id = new UUID(((long) i << 60) | 0x4000L, 1);
            float side = i % 2 == 0 ? 1 : -1;
            chunks.add(factor("s" + i, 0).id(id).embedding(side, 0).build());
        }
        fill(collection, chunks.reversed());

        var result = boosted(collection, fresh().withTopK(16));

        assertThat(ids(result)).isEqualTo(chunks.stream().map(Chunk::id).toList());
    }

    @Test
    default void takesAnyNameOfABoost() {
        var collection = plane();
        String name = "it's \"a\" ?name; -- ж😀";
        fill(
                collection,
                chunk("plain", 0).build(),
                chunk("named", 0).boosts(Map.of(name, 2.0)).build());

        assertThat(sources(boosted(collection, SearchOptions.top(10).withBoost(name))))
                .containsExactly("named", "plain");
        assertThat(boosted(collection, SearchOptions.top(10).withBoost("")).hits()).hasSize(2);
    }

    static ChunkBuilder factor(String source, double factor) {
        return chunk(source, 0).boosts(Map.of("fresh", factor, "other", 100.0));
    }
}

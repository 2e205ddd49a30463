package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
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

/** Factors that multiply a score, and what a search tells of itself. */
abstract class BoostContract extends ScriptContract {
    private SearchResult boosted(CollectionRef collection, SearchOptions options) {
        return store().search(
                        collection.allRows(), new VectorQuery(Embedding.copyOf(1, 0), options));
    }

    private static SearchOptions fresh() {
        return SearchOptions.top(10).withBoost("fresh");
    }

    private static ChunkBuilder factor(String source, double factor) {
        return chunk(source, 0).boosts(Map.of("fresh", factor, "other", 100.0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void multipliesTheScoreByTheFactor(boolean exact) {
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
    void multipliesTheScoreOfEveryMetric(Metric metric) {
        var collection = collection(2, metric);
        fill(collection, factor("a", 3).embedding(0.8f, 0.6f).build());

        var hit = boosted(collection, fresh()).hits().getFirst();

        double distance = Objects.requireNonNull(hit.distance());
        assertThat(hit.score()).isCloseTo(3 * metric.score(distance), within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ranksByTheBoostedScoreHoweverFarAChunkIs(boolean exact) {
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
    void holdsTheThresholdBeforeTheBoost() {
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
    void holdsTheFilterUnderABoost() {
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
    void breaksTiesOfBoostedScoresById() {
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
    void takesAnyNameOfABoost() {
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

    @Test
    void multipliesTheFusedScore() {
        var collection = plane();
        fill(
                collection,
                factor("best", 0.5).content("heron").embedding(1, 0).build(),
                factor("worst", 2).content("bird").embedding(3, 0).build(),
                chunk("middle", 0).content("bird").embedding(2, 0).build(),
                factor("nothing", 0).content("heron heron").embedding(1, 0).build());

        var result = ask(collection, Ask.of("heron").near(1, 0).boosted("fresh"));

        for (Hit hit : result.hits()) {
            var legs = legs(hit);
            double fused =
                    (legs.vector() == null ? 0 : 1.0 / (60 + legs.vector().rank()))
                            + (legs.text() == null ? 0 : 1.0 / (60 + legs.text().rank()));
            double factor =
                    switch (hit.key().sourceId()) {
                        case "best" -> 0.5;
                        case "worst" -> 2;
                        case "nothing" -> 0;
                        default -> 1;
                    };
            assertThat(hit.score()).isCloseTo(fused * factor, within(1e-12));
        }
        assertThat(sources(result)).containsExactly("worst", "best", "middle", "nothing");
    }

    @Test
    void cutsTheFusedListBehindTheBoost() {
        var random = random();
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            chunks.add(
                    chunk(i).content(i % 3 == 0 ? "heron" : "bird")
                            .embedding(gaussian(random, 2))
                            .boosts(Map.of("fresh", 0.5 + random.nextInt(5)))
                            .build());
        }
        fill(collection, chunks);
        var ask = Ask.of("heron").boosted("fresh");
        var all = ids(ask(collection, ask));

        var some = ask(collection, ask.top(5));

        assertThat(all).hasSize(30);
        assertThat(ids(some)).isEqualTo(all.subList(0, 5));
    }

    @Test
    void tellsHowItWasRunIfItIsAskedTo() {
        var collection = plane();
        fill(collection, chunk(1).content("heron").build());
        var options = SearchOptions.top(10);

        var silent = boosted(collection, options);
        var told = boosted(collection, options.withExplain(true));
        var both = ask(collection, Ask.of("heron").with(options.withExplain(true)));

        assertThat(silent.explanation()).isNull();
        assertThat(told.hits()).isEqualTo(silent.hits());
        assertThat(both.hits()).hasSize(1);
        for (SearchResult result : List.of(told, both)) {
            var explanation = Objects.requireNonNull(result.explanation());
            assertThat(explanation.steps()).isNotEmpty();
            assertThat(explanation.steps())
                    .allSatisfy(step -> {
                        assertThat(step.path()).isNotBlank();
                        assertThat(step.reason()).isNotBlank();
                        assertThat(step.rowsScanned()).isNotNegative();
                        assertThat(step.tookMs()).isNotNegative();
                        assertThat(List.of("vector", "text")).containsAll(step.legs().keySet());
                    });
        }
    }
}

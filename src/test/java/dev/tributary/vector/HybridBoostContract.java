package dev.tributary.vector;

import static dev.tributary.vector.BoostContract.factor;
import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.HybridContract.legs;
import static dev.tributary.vector.StoreFixture.gaussian;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.sources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Fused scores multiplied by a factor of the chunk, and explained. */
interface HybridBoostContract extends RecordCalls {
    @Test
    default void multipliesTheFusedScore() {
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
    default void cutsTheFusedListBehindTheBoost() {
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
    default void tellsHowItWasRunIfItIsAskedTo() {
        var collection = plane();
        fill(collection, chunk(1).content("heron").build());
        var options = SearchOptions.top(10);

        var silent = search(collection, new VectorQuery(Embedding.copyOf(1, 0), options));
        var told =
                search(
                        collection,
                        new VectorQuery(Embedding.copyOf(1, 0), options.withExplain(true)));
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

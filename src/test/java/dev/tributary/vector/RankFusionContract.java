package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.gaussian;
import static dev.tributary.vector.StoreFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Legs fused outside of the store give what the store itself gives. */
interface RankFusionContract extends RecordCalls {
    @Test
    default void fusesLegsOfTwoStoresAsTheStoreDoes() {
        Random random = random();
        var collection = plane();
        List<Chunk> chunks = new ArrayList<>(HybridContract.worded(random, 60));
        // Ties on both legs: the same words at the same place.
        for (int i = 0; i < 20; i++) {
            chunks.add(
                    chunk("tie", i)
                            .content("river delta")
                            .embedding(1, 1)
                            .metadata(Map.of("even", i % 2 == 0))
                            .boosts(Map.of("fresh", 1.0 + i % 3))
                            .build());
        }
        fill(collection, chunks);

        for (int i = 0; i < 60; i++) {
            HybridQuery query = hybrid(random);

            SearchResult whole = store().hybrid(collection.allRows(), query);
            SearchResult fused =
                    RankFusion.search(
                            nearest -> store().search(collection.allRows(), nearest),
                            store(),
                            collection.allRows(),
                            query,
                            Runnable::run);

            assertThat(fused.hits()).as(query.toString()).isEqualTo(whole.hits());
            assertThat(fused.complete()).as(query.toString()).isEqualTo(whole.complete());
            assertThat(fused.warnings()).as(query.toString()).isEqualTo(whole.warnings());
        }
    }

    private static HybridQuery hybrid(Random random) {
        List<String> texts =
                List.of(
                        "river delta",
                        "boat",
                        "\"river delta\" lake",
                        "spring -boat",
                        "nowhere",
                        "flood bridge stream");
        double vector = random.nextInt(4);
        double text = vector == 0 ? 1 : random.nextInt(3);
        SearchOptions options =
                SearchOptions.top(1 + random.nextInt(40))
                        .withThreshold(random.nextInt(3) == 0 ? 0.3 : null)
                        .withFilter(
                                random.nextInt(3) == 0
                                        ? new Filter.Equal(
                                                StoredChunks.path("even"),
                                                new Filter.Value.Bool(true))
                                        : null)
                        .withBoost(random.nextInt(3) == 0 ? "fresh" : null)
                        .withInclude(random.nextBoolean() ? Include.DEFAULT : Set.of());
        float[] to = random.nextInt(3) == 0 ? new float[] {1, 1} : gaussian(random, 2);
        return new HybridQuery(
                Embedding.copyOf(to),
                TextQuery.parse(texts.get(random.nextInt(texts.size())), QuerySyntax.WEB),
                new Fusion(1 + random.nextInt(60), vector, text, 1 + random.nextInt(100)),
                options);
    }

    @Test
    default void leavesOutWhatTheRecordStoreNoLongerHas() {
        var collection = plane();
        var other = plane();
        var kept = chunk("kept", 0).content("heron").embedding(1, 1).build();
        var gone = chunk("gone", 0).content("heron").embedding(1, 0).build();
        fill(collection, kept);
        fill(other, kept, gone);

        SearchResult result =
                RankFusion.search(
                        nearest -> store().search(other.allRows(), nearest),
                        store(),
                        collection.allRows(),
                        Ask.of("heron").top(1).toQuery(),
                        Runnable::run);

        assertThat(StoreFixture.ids(result)).containsExactly(kept.id());
    }
}

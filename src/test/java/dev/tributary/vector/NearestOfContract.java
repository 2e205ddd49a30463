package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.gaussian;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The nearest of some chunks are what an exact search among them finds. */
interface NearestOfContract extends RecordCalls {
    /** Of a follower that does not exist, in a collection whose changes are not logged. */
    ChangePosition NOWHERE = new ChangePosition("nobody", "(1,1:1:,,,)");

    @ParameterizedTest
    @EnumSource
    default void findsTheNearestOfTheseChunks(Metric metric) {
        Random random = random();
        var collection = collection(3, metric);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            chunks.add(
                    chunk(i).embedding(gaussian(random, 3))
                            .metadata(Map.of("even", i % 2 == 0))
                            .tenant(i % 3 == 0 ? "own" : "other")
                            .build());
        }
        fill(collection, chunks);
        for (int i = 0; i < 20; i++) {
            List<Chunk> some = new ArrayList<>(chunks);
            Collections.shuffle(some, random);
            List<UUID> of = new ArrayList<>(some.stream().limit(60).map(Chunk::id).toList());
            SearchOptions options =
                    SearchOptions.top(1 + random.nextInt(40))
                            .withThreshold(i % 4 == 0 ? 0.2 : null)
                            .withFilter(
                                    i % 2 == 0
                                            ? new Filter.Equal(
                                                    StoredChunks.path("even"),
                                                    new Filter.Value.Bool(true))
                                            : null);
            Rows rows = i % 5 == 0 ? collection.rowsOf("own") : collection.allRows();
            var query = new VectorQuery(Embedding.copyOf(gaussian(random, 3)), options);
            var among =
                    new VectorQuery(query.embedding(), options.and(Filter.ids(of)).withExact(true));

            of.add(UUID.randomUUID());
            SearchResult nearest = store().nearestOf(rows, query, of, NOWHERE).result();

            assertThat(nearest.hits()).isEqualTo(store().search(rows, among).hits());
            assertThat(nearest.complete()).isTrue();
        }
    }

    @Test
    default void comparesManyChunksAndNone() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), 900, 2);
        fill(collection, chunks);
        var query = new VectorQuery(Embedding.copyOf(1, 0), SearchOptions.top(5));
        List<UUID> many = new ArrayList<>(chunks.stream().map(Chunk::id).toList());
        while (many.size() < RecordStore.TOP_K_MAX) {
            many.add(UUID.randomUUID());
        }

        assertThat(ids(store().nearestOf(collection.allRows(), query, many, NOWHERE).result()))
                .isEqualTo(
                        ids(
                                store().search(
                                                collection.allRows(),
                                                new VectorQuery(
                                                        query.embedding(),
                                                        query.options().withExact(true)))));
        assertThat(
                        store().nearestOf(collection.allRows(), query, List.of(), NOWHERE)
                                .result()
                                .hits())
                .isEmpty();
        many.add(UUID.randomUUID());
        assertRefused(
                Kind.INVALID, () -> store().nearestOf(collection.allRows(), query, many, NOWHERE));
    }

    @Test
    default void tellsHowItComparedChunks() {
        var collection = plane();
        var chunk = chunk(1).build();
        fill(collection, chunk);
        var query = new VectorQuery(Embedding.copyOf(1, 0), SearchOptions.top(5).withExplain(true));

        var result =
                store().nearestOf(collection.allRows(), query, List.of(chunk.id()), NOWHERE)
                        .result();

        assertThat(result.explanation()).isNotNull();
        assertThat(store().names()).contains(store().name());
    }
}

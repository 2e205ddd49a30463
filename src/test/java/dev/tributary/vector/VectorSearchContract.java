package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.FilterContract.names;
import static dev.tributary.vector.StoreFixture.assertRefused;
import static dev.tributary.vector.StoreFixture.exactly;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.query;
import static dev.tributary.vector.StoreFixture.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.failure.ServiceException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches by vector. */
interface VectorSearchContract extends StoreCalls {
    @ParameterizedTest
    @EnumSource
    default void returnsTheNearestFirst(Metric metric) {
        var collection = collection(2, metric);
        var near = chunk(1).embedding(2, 0).build();
        var middle = chunk(2).embedding(1, 1).build();
        var far = chunk(3).embedding(-1, 0).build();
        fill(collection, far, near, middle);

        var result = nearest(collection, 10, 2, 0);

        assertThat(ids(result)).containsExactlyElementsOf(ids(near, middle, far));
        assertThat(result.complete()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    default void givesTheDistanceAndTheScoreOfItsMetric(Metric metric) {
        var collection = collection(2, metric);
        var chunk = chunk(1).embedding(3, 4).build();
        fill(collection, chunk);

        var hit = nearest(collection, 1, 2, 1).hits().getFirst();

        double distance =
                switch (metric) {
                    case COSINE -> 1 - 10 / (5 * Math.sqrt(5));
                    case L2 -> Math.sqrt(10);
                    case INNER_PRODUCT -> -10;
                };
        assertThat(hit.distance()).isCloseTo(distance, within(1e-5));
        assertThat(hit.score()).isCloseTo(metric.score(distance), within(1e-5));
    }

    @Test
    default void breaksTiesByTheBitsOfTheId() {
        var collection = plane();
        List<Chunk> inOrder = new ArrayList<>();
        for (String first : List.of("00", "7f", "80", "ff")) {
            for (String last : List.of("00", "7f", "80", "ff")) {
                var id = UUID.fromString(first + "000000-0000-4000-" + last + "00-000000000000");
                inOrder.add(chunk(inOrder.size()).id(id).build());
            }
        }
        var shuffled = new ArrayList<>(inOrder);
        Collections.shuffle(shuffled, random());
        fill(collection, shuffled);

        var result = nearest(collection, 100, 1, 0);

        assertThat(ids(result)).containsExactlyElementsOf(inOrder.stream().map(Chunk::id).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_001})
    default void refusesATopKOutOfRange(int topK) {
        var collection = plane();
        fill(collection, chunk(1).build());

        assertRefused(Kind.INVALID, () -> nearest(collection, topK, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 39, 100, 1_000})
    default void returnsAsManyAsWereAskedFor(int topK) {
        var collection = collection(4, Metric.L2);
        fill(collection, gaussianChunks(random(), 1_200, 4));

        var result = nearest(collection, topK, 0, 0, 0, 0);

        assertThat(result.hits()).hasSize(topK);
        assertThat(result.hits()).extracting(Hit::id).doesNotHaveDuplicates();
        assertThat(result.hits())
                .isSortedAccordingTo(Comparator.comparingDouble(Hit::score).reversed());
    }

    @Test
    default void returnsAllThereAreAndSaysSo() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 30, 2));

        var result = nearest(collection, 1_000, 1, 0);

        assertThat(result.hits()).hasSize(30);
        assertThat(result.complete()).isTrue();
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    default void findsNothingInAnEmptyCollection() {
        var result = nearest(plane(), 10, 1, 0);

        assertThat(result.hits()).isEmpty();
        assertThat(result.complete()).isTrue();
    }

    @Test
    default void tellsWhereAHitComesFrom() {
        var collection = plane();
        var chunk = chunk(0).key(new ChunkKey("page", "a/b.html", 7)).build();
        fill(collection, chunk);

        var hit = nearest(collection, 1, 1, 0).hits().getFirst();

        assertThat(hit.key()).isEqualTo(chunk.key());
        assertThat(hit.legs()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    default void leavesOutWhatScoresBelowTheThreshold(Metric metric) {
        var collection = collection(2, metric);
        var same = chunk(1).embedding(1, 0).build();
        var near = chunk(2).embedding(0.8f, 0.6f).build();
        var far = chunk(3).embedding(-1, 0).build();
        fill(collection, far, near, same);
        double scoreOfNear =
                metric.score(Distances.between(metric, same.embedding(), near.embedding()));

        var some = search(collection, query(10, scoreOfNear - 1e-4, null, 1, 0));
        var one = search(collection, query(10, scoreOfNear + 1e-4, null, 1, 0));
        var none = search(collection, query(10, 1.1, null, 1, 0));
        var all = search(collection, query(10, -1.1, null, 1, 0));

        assertThat(ids(some)).containsExactlyElementsOf(ids(same, near));
        assertThat(ids(one)).containsExactlyElementsOf(ids(same));
        assertThat(none.hits()).isEmpty();
        assertThat(all.hits()).hasSize(3);
        assertThat(List.of(some, one, none, all)).allMatch(SearchResult::complete);
    }

    @ParameterizedTest
    @EnumSource
    default void keepsWhatScoresExactlyTheThreshold(Metric metric) {
        var collection = collection(2, metric);
        var same = chunk(1).embedding(1, 0).build();
        fill(collection, same, chunk(2).embedding(-1, 0).build());

        var result = search(collection, query(10, 1.0, null, 1, 0));

        assertThat(ids(result)).containsExactly(same.id());
    }

    @Test
    default void takesTheBestOfThoseAboveTheThreshold() {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 30, 2));
        var best = ids(nearest(collection, 3, 0, 0));

        var result = search(collection, query(3, 0.0, null, 0, 0));

        assertThat(ids(result)).isEqualTo(best);
    }

    @ParameterizedTest
    @EnumSource
    default void refusesAQueryOfAnotherDimension(Metric metric) {
        var collection = collection(2, metric);
        fill(collection, chunk(1).build());

        assertRefused(Kind.IMPOSSIBLE, () -> nearest(collection, 1, 1));
        assertRefused(Kind.IMPOSSIBLE, () -> nearest(collection, 1, 1, 2, 3));
        assertRefused(
                Kind.IMPOSSIBLE, () -> search(collection, exactly(Embedding.copyOf(1), 1, null)));
    }

    @Test
    default void refusesAQueryWithoutADirectionUnderCosine() {
        var collection = collection(2, Metric.COSINE);
        fill(collection, chunk(1).build());

        assertRefused(Kind.IMPOSSIBLE, () -> nearest(collection, 1, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "COSINE")
    default void takesAQueryOfZerosUnderOtherMetrics(Metric metric) {
        var collection = collection(2, metric);
        fill(collection, chunk(1).build());

        assertThat(nearest(collection, 1, 0, 0).hits()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 1_000})
    default void takesAnyBreadthOfTheWalk(int efSearch) {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 300, 2));
        var query =
                new VectorQuery(
                        Embedding.copyOf(0, 0), SearchOptions.top(200).withEfSearch(efSearch));

        assertThat(search(collection, query).hits()).hasSize(200);
    }

    @Test
    default void doesNotFindWhatWasDeleted() {
        var collection = plane();
        List<Chunk> chunks = gaussianChunks(random(), 200, 2);
        fill(collection, chunks);
        store().delete(collection.allRows(), ids(nearest(collection, 150, 0, 0)));

        var result = nearest(collection, 100, 0, 0);

        assertThat(result.hits()).hasSize(50);
        assertThat(result.complete()).isTrue();
    }

    @Test
    default void answersExactlyTheQueriesThatItDoesNotRefuseBeforehand() {
        var collection = plane();
        fill(collection, chunk(1).build());
        var plain = query(1, null, 1, 0);

        assertThat(store().refusal(collection, plain)).isEmpty();
        assertThat(search(collection, plain).hits()).hasSize(1);
    }
}

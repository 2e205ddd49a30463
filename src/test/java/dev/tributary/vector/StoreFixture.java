package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.IndexSpec.Precision;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fresh collections for every test of a store, and short words to write the tests in. The test of a
 * store extends it and implements the contract of each port that the store has.
 */
@ExtendWith(RefusalAsserted.Passes.class)
public abstract class StoreFixture implements StoreCalls {
    static final IndexSpec HNSW = IndexSpec.hnsw(Precision.FLOAT32);
    static final Set<Include> EVERYTHING = EnumSet.allOf(Include.class);

    /** Starts anywhere, so that runs which share a database do not meet. */
    private static final AtomicLong NEXT_ID =
            new AtomicLong(ThreadLocalRandom.current().nextLong(1_000_000, 2_000_000_000));

    private final List<CollectionRef> created = new ArrayList<>();

    @AfterEach
    void dropCollections() {
        created.forEach(store()::drop);
    }

    @Override
    public CollectionRef unborn(int dimension, Metric metric, TextSpec text, IndexSpec index) {
        var collection =
                new CollectionRef(
                        NEXT_ID.getAndIncrement(), "default", dimension, metric, text, index);
        created.add(collection);
        return collection;
    }

    static VectorQuery query(int topK, @Nullable Filter filter, float... to) {
        return query(topK, null, filter, to);
    }

    static VectorQuery query(
            int topK, @Nullable Double threshold, @Nullable Filter filter, float... to) {
        return new VectorQuery(
                Embedding.copyOf(to),
                SearchOptions.top(topK).withThreshold(threshold).withFilter(filter));
    }

    /** Compares every row, with nothing but ids, scores and distances in the answer. */
    static VectorQuery exactly(Embedding to, int topK, @Nullable Filter filter) {
        return new VectorQuery(
                to,
                SearchOptions.top(topK).withFilter(filter).withExact(true).withInclude(Set.of()));
    }

    static List<UUID> ids(SearchResult result) {
        return result.hits().stream().map(Hit::id).toList();
    }

    static List<UUID> ids(Chunk... chunks) {
        return List.of(chunks).stream().map(Chunk::id).toList();
    }

    static void assertRefused(Kind kind, String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> {
                            assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
                            assertThat(refusal.code()).isEqualTo(code);
                        });
    }

    static void assertRefused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal ->
                                assertThat(refusal.kind())
                                        .as(refusal.getMessage())
                                        .isEqualTo(kind));
    }

    /** A generator whose seed is printed; {@code -Dseed=} repeats a run. */
    static Random random() {
        long seed = Long.getLong("seed", ThreadLocalRandom.current().nextLong());
        System.out.println("seed " + seed);
        return new Random(seed);
    }

    static float[] gaussian(Random random, int dimension) {
        float[] components = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            components[i] = (float) random.nextGaussian();
        }
        return components;
    }

    static List<Chunk> gaussianChunks(Random random, int count, int dimension) {
        return IntStream.range(0, count)
                .mapToObj(i -> ChunkBuilder.chunk(i).embedding(gaussian(random, dimension)).build())
                .toList();
    }
}

package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.ChunkOutcome.Status;
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

/** Fresh collections for every test of the contract, and short words to write the tests in. */
abstract class StoreFixture {
    static final IndexSpec HNSW = IndexSpec.hnsw(Precision.FLOAT32);
    static final Set<Include> EVERYTHING = EnumSet.allOf(Include.class);

    /** Starts anywhere, so that runs which share a database do not meet. */
    private static final AtomicLong NEXT_ID =
            new AtomicLong(ThreadLocalRandom.current().nextLong(1_000_000, 2_000_000_000));

    private final List<CollectionRef> created = new ArrayList<>();

    /** The store to be tested; may be the same one for every test. */
    protected abstract RecordStore store();

    /** The upkeep of its indexes. */
    protected abstract IndexUpkeep indexes();

    @AfterEach
    void dropCollections() {
        created.forEach(store()::drop);
    }

    /** A new empty collection, dropped after the test. */
    final CollectionRef collection(int dimension, Metric metric, String language, IndexSpec index) {
        var collection = unborn(dimension, metric, language, index);
        store().create(collection);
        return collection;
    }

    final CollectionRef collection(int dimension, Metric metric, IndexSpec index) {
        return collection(dimension, metric, "english", index);
    }

    final CollectionRef collection(int dimension, Metric metric) {
        return collection(dimension, metric, HNSW);
    }

    /** Two dimensions under Euclidean distance: enough for most tests. */
    final CollectionRef plane() {
        return collection(2, Metric.L2);
    }

    /** A {@link #plane()} whose words are read and ranked as told. */
    final CollectionRef worded(TextSpec text) {
        var collection = unborn(2, Metric.L2, text, HNSW);
        store().create(collection);
        return collection;
    }

    /** A collection that was never created. */
    final CollectionRef unborn(int dimension, Metric metric, String language, IndexSpec index) {
        return unborn(dimension, metric, TextSpec.of(language), index);
    }

    private CollectionRef unborn(int dimension, Metric metric, TextSpec text, IndexSpec index) {
        var collection =
                new CollectionRef(
                        NEXT_ID.getAndIncrement(), "default", dimension, metric, text, index);
        created.add(collection);
        return collection;
    }

    /** Stores any number of chunks, all of which must be new. */
    final void fill(CollectionRef collection, List<Chunk> chunks) {
        for (int from = 0; from < chunks.size(); from += VectorStore.BATCH_MAX) {
            int to = Math.min(chunks.size(), from + VectorStore.BATCH_MAX);
            assertThat(store().upsert(collection.allRows(), chunks.subList(from, to)))
                    .allSatisfy(
                            o -> assertThat(o.status()).as(o.error()).isEqualTo(Status.CREATED));
        }
    }

    final void fill(CollectionRef collection, Chunk... chunks) {
        fill(collection, List.of(chunks));
    }

    final Status put(CollectionRef collection, Chunk chunk) {
        return store().upsert(collection.allRows(), List.of(chunk)).getFirst().status();
    }

    final StoredChunk stored(CollectionRef collection, UUID id) {
        return store().get(collection.allRows(), List.of(id), EVERYTHING).getFirst();
    }

    final SearchResult nearest(CollectionRef collection, int topK, float... to) {
        return store().search(collection.allRows(), query(topK, null, to));
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

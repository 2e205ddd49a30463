package dev.tributary.vector;

import static dev.tributary.vector.Callers.ROUNDS;
import static dev.tributary.vector.Callers.THREADS;
import static dev.tributary.vector.Callers.together;
import static dev.tributary.vector.Callers.version;
import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.EVERYTHING;
import static dev.tributary.vector.StoreFixture.HNSW;
import static dev.tributary.vector.StoreFixture.exactly;
import static dev.tributary.vector.StoreFixture.ids;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.ChunkOutcome.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Many callers at once. */
interface ConcurrencyContract extends StoreCalls {
    @Test
    default void leavesEveryRowAsOneOfItsWritersWroteIt() throws Exception {
        var collection = plane();
        var random = random();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < THREADS; writer++) {
            int number = writer;
            long seed = random.nextLong();
            writers.add(() -> write(collection, number, new Random(seed)));
        }

        together(writers);

        List<StoredChunk> rows =
                store().get(
                                collection.allRows(),
                                store().ids(collection.allRows(), null, 1_000),
                                EVERYTHING);
        assertThat(rows).hasSize(50);
        for (StoredChunk row : rows) {
            int version = Integer.parseInt(String.valueOf(row.content()).substring(8));
            assertSame(row, version(row.key().chunkIndex(), version));
        }
    }

    private Void write(CollectionRef collection, int writer, Random random) {
        for (int round = 0; round < ROUNDS; round++) {
            int version = writer * ROUNDS + round;
            List<Chunk> chunks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                chunks.add(version(i, version));
            }
            Collections.shuffle(chunks, random);
            assertThat(store().upsert(collection.allRows(), chunks))
                    .extracting(ChunkOutcome::status)
                    .doesNotContain(Status.FAILED);
        }
        return null;
    }

    @Test
    default void createsACollectionOnceHoweverManyAskForIt() throws Exception {
        var collection = unborn(2, Metric.L2, "english", HNSW);

        together(
                Collections.nCopies(
                        THREADS,
                        () -> {
                            store().create(collection);
                            return null;
                        }));

        fill(collection, chunk(1).build());
        assertThat(ids(nearest(collection, 10, 1, 0))).hasSize(1);
    }

    @Test
    default void tellsThoseWhoUseACollectionThatItWasDropped() throws Exception {
        var collection = plane();
        var started = new ConcurrentLinkedQueue<Integer>();
        List<Callable<Boolean>> users = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            users.add(() -> useUntilMissing(collection, started));
        }
        users.add(() -> {
            for (int i = 0; i < 1_000_000 && started.size() < 20; i++) {
                Thread.onSpinWait();
            }
            store().drop(collection);
            return true;
        });

        List<Boolean> outcomes = together(users);

        assertThat(outcomes).containsOnly(true);
    }

    /** True if the only thing that went wrong is that the collection was gone at last. */
    private boolean useUntilMissing(
            CollectionRef collection, ConcurrentLinkedQueue<Integer> started) {
        for (int i = 0; i < 100_000; i++) {
            try {
                store().upsert(collection.allRows(), List.of(version(i % 10, i)));
                nearest(collection, 5, 1, 0);
                store().count(collection.allRows(), null);
                started.add(i);
            } catch (ServiceException e) {
                assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.MISSING);
                return true;
            }
        }
        return false;
    }

    @Test
    default void searchesGoOnWhileRowsAreWritten() throws Exception {
        var collection = plane();
        fill(collection, chunk("anchor", 0).embedding(0, 0).build());
        List<Callable<Void>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            callers.add(() -> write(collection, number, new Random(number)));
            callers.add(() -> searchForTheAnchor(collection));
        }

        together(callers);

        assertThat(store().count(collection.allRows(), null)).isEqualTo(51);
    }

    private Void searchForTheAnchor(CollectionRef collection) {
        var exactly = exactly(Embedding.copyOf(0, 0), 1, null);
        for (int round = 0; round < 5 * ROUNDS; round++) {
            assertThat(nearest(collection, 1, 0, 0).hits()).hasSize(1);
            assertThat(search(collection, exactly).hits())
                    .extracting(hit -> hit.key().sourceId())
                    .containsExactly("anchor");
        }
        return null;
    }
}

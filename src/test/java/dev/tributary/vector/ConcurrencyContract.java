package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.vector.ChunkOutcome.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Many callers at once. Every loop is bounded, and so is every wait. */
abstract class ConcurrencyContract extends BoostContract {
    private static final int THREADS = 8;
    private static final int ROUNDS = 20;
    private static final int WAIT_SECONDS_MAX = 60;

    @Test
    void leavesEveryRowAsOneOfItsWritersWroteIt() throws Exception {
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
                store().scroll(collection.allRows(), null, null, 1_000, EVERYTHING).chunks();
        assertThat(rows).hasSize(50);
        for (StoredChunk row : rows) {
            int version = Integer.parseInt(String.valueOf(row.content()).substring(8));
            ReadContract.assertSame(row, version(row.key().chunkIndex(), version));
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

    private static Chunk version(int index, int version) {
        return chunk(index)
                .content("version " + version)
                .embedding(1, version)
                .metadata(Map.of("version", version))
                .build();
    }

    @Test
    void givesAKeyToOneOfThoseWhoWantItAtOnce() throws Exception {
        var collection = plane();
        List<Callable<Status>> writers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            var wanted = chunk("wanted", 0).id(UUID.randomUUID()).build();
            writers.add(() -> put(collection, wanted));
        }

        List<Status> statuses = together(writers);

        assertThat(statuses).containsOnlyOnce(Status.CREATED);
        assertThat(statuses).filteredOn(Status.FAILED::equals).hasSize(THREADS - 1);
        assertThat(store().count(collection.allRows(), null)).isEqualTo(1);
    }

    @Test
    void showsAReaderOneWholeVersionOfASource() throws Exception {
        var collection = plane();
        replace(collection, numbered(20, "even"));
        var done = new AtomicBoolean();
        var seen = new ConcurrentLinkedQueue<List<String>>();

        together(
                List.of(
                        () -> {
                            try {
                                replaceWhileItIsRead(collection, seen);
                            } finally {
                                done.set(true);
                            }
                            return null;
                        },
                        () -> {
                            for (int read = 0; read < 10_000 && !done.get(); read++) {
                                seen.add(versions(collection));
                            }
                            return null;
                        }));

        assertThat(seen).isNotEmpty();
        assertThat(seen)
                .allSatisfy(versions -> {
                    assertThat(Set.copyOf(versions)).hasSize(1);
                    assertThat(versions).hasSize(versions.getFirst().equals("even") ? 20 : 35);
                });
    }

    /** Goes on until the reader has had its chances, within bounds. */
    private void replaceWhileItIsRead(
            CollectionRef collection, ConcurrentLinkedQueue<List<String>> seen) {
        for (int round = 0; round < 10_000; round++) {
            if (round >= ROUNDS && seen.size() >= ROUNDS) {
                return;
            }
            boolean even = round % 2 == 1;
            replace(collection, numbered(even ? 20 : 35, even ? "even" : "odd"));
        }
    }

    @Test
    void leavesOneWholeVersionOfASourceThatManyReplace() throws Exception {
        var collection = plane();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 1; writer <= THREADS; writer++) {
            int number = writer;
            writers.add(() -> {
                for (int round = 0; round < ROUNDS / 2; round++) {
                    replace(collection, numbered(3 * number, "version " + number));
                }
                return null;
            });
        }

        together(writers);

        List<String> versions = versions(collection);
        assertThat(Set.copyOf(versions)).hasSize(1);
        int winner = Integer.parseInt(versions.getFirst().replace("version ", ""));
        assertThat(versions).hasSize(3 * winner);
    }

    private List<String> versions(CollectionRef collection) {
        var source = Filter.source("document", "source");
        return store()
                .scroll(
                        collection.allRows(),
                        source,
                        null,
                        VectorStore.BATCH_MAX,
                        Set.of(Include.METADATA))
                .chunks()
                .stream()
                .map(chunk -> String.valueOf(Json.copyValue(chunk.metadata())))
                .map(metadata -> metadata.replaceAll("[{}]|version=", ""))
                .toList();
    }

    @Test
    void createsACollectionOnceHoweverManyAskForIt() throws Exception {
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
    void tellsThoseWhoUseACollectionThatItWasDropped() throws Exception {
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
    void deletesEachRowOnceHoweverManyDeleteIt() throws Exception {
        var collection = plane();
        fill(collection, gaussianChunks(random(), 200, 2));

        List<Long> deleted =
                together(
                        Collections.nCopies(
                                THREADS,
                                () ->
                                        store().delete(
                                                        collection.allRows(),
                                                        new Filter.And(List.of()))));

        assertThat(deleted.stream().mapToLong(Long::longValue).sum()).isEqualTo(200);
        assertThat(store().count(collection.allRows(), null)).isZero();
    }

    @Test
    void searchesGoOnWhileRowsAreWritten() throws Exception {
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
            assertThat(store().search(collection.allRows(), exactly).hits())
                    .extracting(hit -> hit.key().sourceId())
                    .containsExactly("anchor");
        }
        return null;
    }

    /** Runs them at once, and fails if one fails or all have not ended within a minute. */
    private static <T> List<T> together(List<? extends Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            List<Future<T>> ended = threads.invokeAll(calls, WAIT_SECONDS_MAX, TimeUnit.SECONDS);
            List<T> results = new ArrayList<>();
            for (Future<T> future : ended) {
                results.add(future.get());
            }
            return results;
        }
    }
}

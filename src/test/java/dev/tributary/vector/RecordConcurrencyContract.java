package dev.tributary.vector;

import static dev.tributary.vector.Callers.ROUNDS;
import static dev.tributary.vector.Callers.THREADS;
import static dev.tributary.vector.Callers.together;
import static dev.tributary.vector.ChunkBuilder.chunk;
import static dev.tributary.vector.StoreFixture.gaussianChunks;
import static dev.tributary.vector.StoreFixture.random;
import static dev.tributary.vector.StoredChunks.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.ChunkOutcome.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Keys and sources that many want at once. */
interface RecordConcurrencyContract extends RecordCalls {
    @Test
    default void givesAKeyToOneOfThoseWhoWantItAtOnce() throws Exception {
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
    default void showsAReaderOneWholeVersionOfASource() throws Exception {
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
    default void leavesOneWholeVersionOfASourceThatManyReplace() throws Exception {
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
    default void deletesEachRowOnceHoweverManyDeleteIt() throws Exception {
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
}

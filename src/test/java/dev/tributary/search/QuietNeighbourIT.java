package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Searches of one collection, while others are made, filled and dropped. */
class QuietNeighbourIT extends CollectionsIT {
    private static final int SEARCHES = 500;
    private static final int DIMENSION = 32;

    /** What a search may take longer than usual, milliseconds. */
    private static final double EXTRA_MS_MAX = 100;

    /** What other jobs of the machine may add. */
    private static final double NOISE_MS = 150;

    @Autowired private DataSource dataSource;

    @Test
    void searchesDoNotWaitForThoseWhoMakeFillAndDropOthers() throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor();
                Connection watcher = dataSource.getConnection()) {
            String searched = fill(2_000);
            String written = fill(100);
            searches(searched);
            long[] alone = searches(searched);
            var isOver = new AtomicBoolean();
            Future<Integer> changer = clients.submit(() -> change(isOver));
            Future<Integer> writer = clients.submit(() -> write(written, isOver));
            Future<List<String>> waits = clients.submit(() -> lockWaits(watcher, isOver));

            long[] crowded = searches(searched);
            isOver.set(true);

            report("alone", alone);
            report("crowded", crowded);
            System.out.printf("made and dropped %d, put %d batches%n", changer.get(), writer.get());
            assertThat(changer.get()).isGreaterThan(2);
            assertThat(writer.get()).isGreaterThan(2);
            assertThat(waits.get()).as("searches that waited for a lock").isEmpty();
            assertThat(ms(crowded, 0.99)).isLessThan(ms(alone, 0.99) + EXTRA_MS_MAX + NOISE_MS);
        }
    }

    private long[] searches(String collection) {
        var nanos = new long[SEARCHES];
        var random = new Random(1);
        for (int i = 0; i < SEARCHES; i++) {
            String fields = "\"embedding\": " + vector(random) + ", \"include\": []";
            long start = System.nanoTime();
            Answer answer =
                    i % 2 == 0
                            ? search(collection, fields)
                            : hybrid(collection, fields + ", \"query\": \"chunk\"");
            nanos[i] = System.nanoTime() - start;
            assertThat(sources(answer)).hasSize(10);
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private int change(AtomicBoolean isOver) {
        int changes = 0;
        while (!isOver.get() && changes < 10_000) {
            String passing = create("{\"dimension\": " + DIMENSION + "}");
            put(passing, 0, 20);
            assertThat(delete("/collections/" + passing).status()).isEqualTo(204);
            changes++;
        }
        return changes;
    }

    private int write(String collection, AtomicBoolean isOver) {
        int batches = 0;
        while (!isOver.get() && batches < 10_000) {
            put(collection, batches * 20 % 1_000, 20);
            batches++;
        }
        return batches;
    }

    /** Looks again and again for statements on the searched partition that wait for a lock. */
    private static List<String> lockWaits(Connection watcher, AtomicBoolean isOver)
            throws SQLException {
        List<String> waits = new ArrayList<>();
        try (Statement statement = watcher.createStatement()) {
            while (!isOver.get()) {
                try (var row =
                        statement.executeQuery(
                                """
                                SELECT wait_event, left(query, 200) AS query
                                FROM pg_stat_activity
                                WHERE wait_event_type = 'Lock' AND datname = current_database()
                                  AND (query LIKE '%candidate AS MATERIALIZED%'
                                    OR query LIKE '%WITH RECURSIVE step%')
                                """)) {
                    while (row.next()) {
                        waits.add(row.getString("wait_event") + ": " + row.getString("query"));
                    }
                }
            }
        }
        return waits;
    }

    private String fill(int chunks) {
        String collection = create("{\"dimension\": " + DIMENSION + "}");
        for (int from = 0; from < chunks; from += 500) {
            put(collection, from, Math.min(500, chunks - from));
        }
        return collection;
    }

    private void put(String collection, int from, int count) {
        var random = new Random();
        String[] chunks =
                IntStream.range(from, from + count)
                        .mapToObj(i ->
                                "{\"source_id\": \"s%d\", \"content\": \"chunk %d\", \"embedding\": %s}"
                                        .formatted(i, i, vector(random)))
                        .toArray(String[]::new);
        assertThat(putChunks(collection, chunks).status()).isEqualTo(200);
    }

    private static String vector(Random random) {
        return IntStream.range(0, DIMENSION)
                .mapToObj(_ -> Float.toString(random.nextFloat() - 0.5f))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static void report(String what, long[] nanos) {
        System.out.printf(
                "searches %s: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                what, ms(nanos, 0.5), ms(nanos, 0.99), ms(nanos, 1));
    }

    private static double ms(long[] nanos, double share) {
        return nanos[(int) Math.min(nanos.length - 1, share * nanos.length)] / 1e6;
    }
}

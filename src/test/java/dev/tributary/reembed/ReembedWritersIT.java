package dev.tributary.reembed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A collection is written to during the whole of its re-embedding, by its name. */
class ReembedWritersIT {
    private static final int WRITERS = 4;

    /** What the writers were told is stored, by source and index. */
    private final Map<String, String> acknowledged = new TreeMap<>();

    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicInteger writes = new AtomicInteger();
    private final Semaphore fresh = new Semaphore(0);

    /** With few chunks, each of them is put or deleted around every switch. */
    @ParameterizedTest
    @CsvSource({"1s, 200, 600, 1", "0s, 30, 600, 1", "1s, 50, 16, 5"})
    void theNewCollectionHasWhatWasAcknowledged(
            String cacheTtl, int batch, int chunks, int switches) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        try (var texts = new TextServer();
                Service service = service(texts, cacheTtl, batch);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var desk = new Desk(service);
            desk.fill("busy", chunks);
            acknowledged.putAll(desk.contents("busy"));
            List<Future<Map<String, String>>> writers = new ArrayList<>();
            try {
                for (int i = 0; i < WRITERS; i++) {
                    var writer = new Writer(desk, i, chunks / WRITERS, new Random(seed + i));
                    writers.add(threads.submit((Callable<Map<String, String>>) writer::run));
                }
                for (int i = 0; i < switches; i++) {
                    reembed(desk, texts, i % 2 == 0 ? "large" : "small");
                }
            } finally {
                texts.gate(_ -> {});
                isOver.set(true);
            }
            for (Future<Map<String, String>> writer : writers) {
                acknowledged.putAll(writer.get());
            }

            acknowledged.values().removeIf(String::isEmpty);
            assertThat(desk.resolve("busy")).startsWith("busy-large");
            assertThat(desk.contents("busy")).isEqualTo(acknowledged);
            Desk.requireLarge(desk.chunks("busy"));
            desk.awaitNoLeftovers();
        }
    }

    private void reembed(Desk desk, TextServer texts, String model) {
        if (model.equals("large")) {
            // Each call waits for some writes, unless those wait for it: none of its time is quiet.
            texts.gate(_ -> awaitWrites(3));
        }
        JsonNode job = desk.succeeded(desk.begin("busy", model));
        // From here on, the writers need the model themselves.
        texts.gate(_ -> {});
        assertThat(job.path("failed").asLong()).isZero();
        int switchedAt = writes.get();
        await().atMost(Desk.PATIENCE).until(() -> writes.get() > switchedAt + 50);
    }

    private static Service service(TextServer texts, String cacheTtl, int batch) {
        List<String> settings = new ArrayList<>(texts.settings());
        settings.add("tributary.reembed.batch=" + batch);
        // Catches up after each page of the copy.
        settings.add("tributary.sync.catch-up-interval=1ms");
        settings.add("tributary.collection.cache-ttl=" + cacheTtl);
        settings.add("tributary.job.poll-interval=50ms");
        return Service.on(PostgresServer.shared(), settings.toArray(String[]::new));
    }

    private void awaitWrites(int more) throws InterruptedException {
        fresh.drainPermits();
        fresh.tryAcquire(more, 100, TimeUnit.MILLISECONDS);
    }

    /** Puts, changes and deletes chunks that nobody else does. An empty text stands for none. */
    private final class Writer {
        private final Desk desk;
        private final int number;
        private final int keys;
        private final Random random;
        private final Map<String, String> told = new TreeMap<>();

        Writer(Desk desk, int number, int keys, Random random) {
            this.desk = desk;
            this.number = number;
            this.keys = keys;
            this.random = random;
        }

        Map<String, String> run() {
            while (!isOver.get()) {
                switch (random.nextInt(4)) {
                    case 0 -> putNew();
                    case 1 -> change();
                    case 2 -> delete();
                    default -> putDocument();
                }
                writes.incrementAndGet();
                fresh.release();
            }
            return told;
        }

        private void putNew() {
            put("w" + number + "-" + random.nextInt(keys));
        }

        private void change() {
            put("s" + own());
        }

        private void put(String source) {
            String content = "by " + number + " " + random.nextLong();
            desk.put("busy", List.of(Desk.chunk(source, 0, content)));
            told.put(source + "#0", content);
        }

        private void delete() {
            String source = "s" + own();
            Answer answer =
                    desk.service()
                            .post(
                                    "/collections/busy/chunks/delete",
                                    "{\"source_id\": \"" + source + "\"}");
            assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
            told.put(source + "#0", "");
        }

        /** A document of one or two chunks, replaced as a whole. */
        private void putDocument() {
            String source = "d" + number + "-" + random.nextInt(5);
            String text = "word " + random.nextInt(1_000_000) + ".";
            Answer answer =
                    desk.service()
                            .put(
                                    "/collections/busy/documents/" + source,
                                    "{\"content\": \"" + text + "\"}");
            assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
            assertThat(answer.body().path("chunks").asInt()).isEqualTo(1);
            told.put(source + "#0", text);
        }

        private int own() {
            return random.nextInt(keys) * WRITERS + number;
        }
    }
}

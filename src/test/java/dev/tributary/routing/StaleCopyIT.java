package dev.tributary.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.QdrantProxy;
import dev.tributary.testing.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writers at full speed change, re-tenant and delete chunks, while Qdrant lags behind and searches
 * go through it. The property {@code tributary.stress.seconds} makes it run longer.
 */
class StaleCopyIT {
    private static final Duration TIME =
            Duration.ofSeconds(Integer.getInteger("tributary.stress.seconds", 15));
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 600;
    private static final int WRITERS = 2;
    private static final int READERS = 2;
    private static final int BATCH = 5;
    private static final int DIMENSION = 8;
    private static final String COLLECTION = "stale";

    /** How long Qdrant takes for a write. */
    private static final Duration DELAY = Duration.ofMillis(300);

    private final List<Key> keys = IntStream.range(0, KEYS).mapToObj(Key::new).toList();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger lagging = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();

    /** What a write has made of a chunk; one that is gone has an empty vector. */
    private record Version(String tenant, String colour, List<Float> vector) {
        boolean isPresent() {
            return !vector.isEmpty();
        }
    }

    /** A chunk with everything that was ever written to it, by one writer. */
    private static final class Key {
        private final int number;
        private final List<Version> versions = new CopyOnWriteArrayList<>();
        private volatile int committed = -1;

        Key(int number) {
            this.number = number;
        }

        Version begin(Version next) {
            versions.add(next);
            return next;
        }

        void commit() {
            committed = versions.size() - 1;
        }

        int begun() {
            return versions.size() - 1;
        }
    }

    @Test
    void showsNothingThatPostgresWouldNotShow() throws Exception {
        try (var engine = QdrantEngine.own();
                var proxy = new QdrantProxy(engine);
                var service =
                        Service.on(
                                PostgresServer.shared(),
                                "tributary.qdrant.enabled=true",
                                "tributary.qdrant.host=" + proxy.host(),
                                "tributary.qdrant.port=" + proxy.port(),
                                "tributary.follow.poll-interval=20ms",
                                "tributary.job.poll-interval=50ms")) {
            follow(service);
            proxy.behave(call -> {
                byte[] answer = call.forward();
                if (call.method().equals(QdrantProxy.UPSERT)) {
                    Thread.sleep(DELAY);
                }
                return answer;
            });
            long end = System.nanoTime() + TIME.toNanos();
            work(service, () -> System.nanoTime() < end);

            assertThat(hits.get()).isGreaterThan(1_000);
            assertThat(lagging.get()).as("searches while it lags").isGreaterThan(20);
            assertThat(answered.get()).as("searches that Qdrant answered").isGreaterThan(20);
            awaitInStep(service);
        }
    }

    private void follow(Service service) {
        String path = "/collections/" + COLLECTION;
        assertThat(service.put(path, "{\"dimension\": " + DIMENSION + "}").status()).isEqualTo(201);
        put(service, keys, new Random(1));
        assertThat(service.put(path + "/stores/qdrant", "{}").status()).isEqualTo(201);
        awaitInStep(service);
    }

    private static void awaitInStep(Service service) {
        await().atMost(PATIENCE)
                .until(() -> {
                    JsonNode store = store(service);
                    return store.path("state").asString().equals("following")
                            && store.path("lag").path("changes").asInt(-1) == 0;
                });
    }

    private static JsonNode store(Service service) {
        return service.get("/collections/" + COLLECTION + "/stores/qdrant").body();
    }

    private void work(Service service, BooleanSupplier goesOn) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                all.add(threads.submit(() -> write(service, writer, goesOn)));
            }
            for (int i = 0; i < READERS; i++) {
                var random = new Random(100 + i);
                all.add(threads.submit(() -> read(service, random, goesOn)));
            }
            all.add(
                    threads.submit(() -> {
                        while (goesOn.getAsBoolean()) {
                            if (store(service).path("lag").path("changes").asInt() > 0) {
                                lagging.incrementAndGet();
                            }
                            Thread.sleep(50);
                        }
                        return null;
                    }));
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private void write(Service service, int writer, BooleanSupplier goesOn) {
        var random = new Random(10 + writer);
        List<Key> own = keys.stream().filter(key -> key.number % WRITERS == writer).toList();
        while (goesOn.getAsBoolean()) {
            int from = random.nextInt(own.size() - BATCH);
            List<Key> some = own.subList(from, from + BATCH);
            if (random.nextInt(3) == 0) {
                delete(service, some.getFirst());
            } else {
                put(service, some, random);
            }
        }
    }

    private static void put(Service service, List<Key> some, Random random) {
        List<String> chunks = new ArrayList<>();
        for (Key key : some) {
            Version next =
                    key.begin(
                            new Version(
                                    "t" + random.nextInt(3),
                                    random.nextBoolean() ? "red" : "blue",
                                    vector(random)));
            chunks.add(
                    """
                    {"source_id": "s%d", "content": "text", "tenant": "%s", "embedding": %s,
                     "metadata": {"key": %d, "version": %d, "colour": "%s"}}
                    """
                            .formatted(
                                    key.number,
                                    next.tenant,
                                    json(next.vector),
                                    key.number,
                                    key.begun(),
                                    next.colour));
        }
        Answer answer =
                service.put(
                        "/collections/" + COLLECTION + "/chunks",
                        "{\"chunks\": [" + String.join(",", chunks) + "]}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        some.forEach(Key::commit);
    }

    private static void delete(Service service, Key key) {
        key.begin(new Version("", "", List.of()));
        Answer answer =
                service.post(
                        "/collections/" + COLLECTION + "/chunks/delete",
                        "{\"source_id\": \"s" + key.number + "\"}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        key.commit();
    }

    /** Searches for a chunk by its own vector, and checks what comes back. */
    private void read(Service service, Random random, BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean()) {
            Key wanted = keys.get(random.nextInt(KEYS));
            int[] committed = keys.stream().mapToInt(key -> key.committed).toArray();
            Version version = wanted.versions.get(committed[wanted.number]);
            if (!version.isPresent()) {
                continue;
            }
            Answer answer =
                    service.post(
                            "/search",
                            """
                            {"collection": "%s", "embedding": %s, "top_k": 5, "tenant": "%s",
                             "filter": {"colour": "%s"}, "params": {"store": "qdrant"}}
                            """
                                    .formatted(
                                            COLLECTION,
                                            json(version.vector),
                                            version.tenant,
                                            version.colour));
            assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
            int[] begun = keys.stream().mapToInt(Key::begun).toArray();
            if (answer.body().path("store").asString().equals("qdrant")) {
                answered.incrementAndGet();
            }
            List<Integer> found = check(answer, version, committed, begun);
            if (committed[wanted.number] == begun[wanted.number]) {
                assertThat(found).as("%s", answer.body()).first().isEqualTo(wanted.number);
            }
        }
    }

    /** Returns the numbers of the keys that were found. */
    private List<Integer> check(Answer answer, Version asked, int[] committed, int[] begun) {
        List<Integer> found = new ArrayList<>();
        for (JsonNode hit : answer.body().path("results")) {
            int key = hit.path("metadata").path("key").asInt();
            int version = hit.path("metadata").path("version").asInt();
            Version written = keys.get(key).versions.get(version);
            assertThat(version).as("%s", hit).isBetween(committed[key], begun[key]);
            assertThat(written.isPresent()).as("%s", hit).isTrue();
            assertThat(written.tenant).as("%s", hit).isEqualTo(asked.tenant);
            assertThat(written.colour).as("%s", hit).isEqualTo(asked.colour);
            assertThat(hit.path("score").asDouble())
                    .as("%s", hit)
                    .isCloseTo(cosine(written.vector, asked.vector), within(1e-4));
            found.add(key);
        }
        assertThat(found).doesNotHaveDuplicates();
        hits.addAndGet(found.size());
        return found;
    }

    private static double cosine(List<Float> one, List<Float> other) {
        return product(one, other) / Math.sqrt(product(one, one) * product(other, other));
    }

    private static double product(List<Float> one, List<Float> other) {
        double sum = 0;
        for (int i = 0; i < one.size(); i++) {
            sum += (double) one.get(i) * other.get(i);
        }
        return sum;
    }

    private static String json(List<Float> vector) {
        return JsonMapper.shared().writeValueAsString(vector);
    }

    private static List<Float> vector(Random random) {
        return Stream.generate(() -> (float) random.nextGaussian()).limit(DIMENSION).toList();
    }
}

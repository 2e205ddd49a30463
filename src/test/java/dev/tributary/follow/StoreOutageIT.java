package dev.tributary.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.QdrantProxy;
import dev.tributary.testing.QdrantProxy.Call;
import dev.tributary.testing.Service;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A Qdrant that goes away, comes back with less, and refuses what it is sent. */
class StoreOutageIT {
    private static final Duration AWAY = Duration.ofSeconds(15);
    private static final Duration WRITE_MAX = Duration.ofSeconds(2);
    private static final String BOOKS = "books";

    private final Random random = new Random(11);

    @TempDir Path folder;
    private QdrantEngine engine;
    private QdrantProxy proxy;
    private Service service;
    private FollowDesk desk;

    @BeforeEach
    void start() {
        engine = QdrantEngine.own("--data", folder.resolve("data").toString());
        proxy = new QdrantProxy(engine);
        service =
                Service.on(
                        PostgresServer.shared(),
                        FollowDesk.settings(
                                proxy,
                                "tributary.sync.changes-max=1000",
                                "tributary.sync.trim-interval=200ms"));
        desk = new FollowDesk(service);
    }

    @AfterEach
    void stop() {
        service.close();
        proxy.close();
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6})
    void aFillGoesOnAfterACrash(int calls) throws Exception {
        desk.fill(BOOKS, 400);
        CountDownLatch crashed = crashAt(QdrantProxy.UPSERT, calls);

        desk.follow(BOOKS);
        crashed.await();
        desk.put(BOOKS, List.of(FollowDesk.chunk("s1", random)));
        desk.delete(BOOKS, "s2");
        back();

        desk.inStep(BOOKS);
        desk.requireAlike(BOOKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {QdrantProxy.UPSERT, QdrantProxy.UPDATE_ALIASES})
    void aRebuildGoesOnAfterACrash(String method) throws Exception {
        desk.fill(BOOKS, 200);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);
        CountDownLatch crashed = crashAt(method, 1);

        Answer begun = service.post(FollowDesk.path(BOOKS) + "/rebuild", "{}");
        crashed.await();
        desk.put(BOOKS, List.of(FollowDesk.chunk("s1", random)));
        desk.delete(BOOKS, "s2");
        back();

        JsonNode job = desk.end(begun.body().path("id").asString());
        assertThat(job.path("status").asString()).as("%s", job).isEqualTo("succeeded");
        assertThat(desk.inStep(BOOKS).path("generation").asInt()).isEqualTo(2);
        desk.requireAlike(BOOKS);
    }

    /** A second attempt would take the disk once more. */
    @Test
    void aSnapshotThatTakesTooLongIsNotBegunAgain() throws Exception {
        desk.fill(BOOKS, 20);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);
        var snapshots = new AtomicInteger();
        proxy.behave(call -> {
            if (call.method().equals(QdrantProxy.CREATE) && snapshots.incrementAndGet() == 1) {
                throw Status.DEADLINE_EXCEEDED.asRuntimeException();
            }
            return call.forward();
        });

        JsonNode job = desk.job(FollowDesk.path(BOOKS) + "/rebuild", "{\"snapshot\": true}");

        assertThat(job.path("status").asString()).as("%s", job).isEqualTo("failed");
        assertThat(job.path("error").asString()).contains("has not finished a snapshot");
        assertThat(snapshots).hasValue(1);
        assertThat(desk.inStep(BOOKS).path("generation").asInt()).isEqualTo(1);
    }

    @Test
    void writersDoNotNoticeThatItIsAway() throws Exception {
        desk.fill(BOOKS, 200);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);
        CountDownLatch crashed = crashAt(QdrantProxy.UPSERT, 1);

        desk.put(BOOKS, List.of(FollowDesk.chunk("s1", random)));
        crashed.await();
        long begun = System.nanoTime();
        Duration slowest = Duration.ZERO;
        desk.delete(BOOKS, "s199");
        for (int i = 0; System.nanoTime() - begun < AWAY.toNanos(); i++) {
            slowest = longer(slowest, timed(i));
            Thread.sleep(100);
        }
        assertThat(slowest).isLessThan(WRITE_MAX);
        JsonNode store = desk.store(BOOKS);
        assertThat(store.path("state").asString()).isEqualTo("following");
        assertThat(store.path("lag").path("changes").asInt()).as("%s", store).isPositive();
        assertThat(store.path("trouble").asString()).as("%s", store).contains("Qdrant");
        back();

        assertThat(desk.inStep(BOOKS).path("trouble").asString("")).isEmpty();
        desk.requireAlike(BOOKS);
    }

    private Duration timed(int number) {
        long begun = System.nanoTime();
        desk.put(BOOKS, List.of(FollowDesk.chunk("s" + number % 150, random)));
        desk.put(BOOKS, List.of(FollowDesk.chunk("brief", random)));
        desk.delete(BOOKS, "brief");
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Test
    void whatAnOlderCopyLacksIsFoundAndMended() throws Exception {
        desk.fill(BOOKS, 200);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);
        engine.kill();
        copy(folder.resolve("data"), folder.resolve("older"));
        back();
        for (int i = 0; i < 20; i++) {
            desk.put(
                    BOOKS,
                    List.of(
                            FollowDesk.chunk("s" + i, random),
                            FollowDesk.chunk("new" + i, random)));
            desk.delete(BOOKS, "s" + (100 + i));
        }
        desk.inStep(BOOKS);
        desk.requireAlike(BOOKS);

        engine.kill();
        Files.move(folder.resolve("data"), folder.resolve("newer"));
        Files.move(folder.resolve("older"), folder.resolve("data"));
        back();

        JsonNode found = desk.verify(BOOKS, true);
        for (String kind : List.of("missing", "extra", "different")) {
            assertThat(found.path(kind).path("count").asInt()).as("%s", found).isEqualTo(20);
        }
        assertThat(found.path("repaired").asInt()).as("%s", found).isEqualTo(60);
        desk.requireAlike(BOOKS);
    }

    @Test
    void aCopyThatIsTooFarBehindIsLetGoAndRebuilt() throws Exception {
        desk.fill(BOOKS, 100);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);
        engine.kill();

        for (int round = 0; round < 3; round++) {
            List<String> chunks = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                chunks.add(FollowDesk.chunk("more" + i, random));
            }
            desk.put(BOOKS, chunks);
        }

        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(desk.store(BOOKS).path("state").asString())
                            .isEqualTo("rebuild_needed");
                    assertThat(changes()).isZero();
                });
        Answer found =
                service.post(
                        "/search",
                        "{\"collection\": \"books\", \"embedding\": [1, 0, 0, 0], \"top_k\": 5}");
        assertThat(found.status()).as("%s", found.body()).isEqualTo(200);
        assertThat(found.body().path("results")).hasSize(5);
        assertThat(service.post(FollowDesk.path(BOOKS) + "/verify", "{}").status()).isEqualTo(409);
        back();
        JsonNode job = desk.job(FollowDesk.path(BOOKS) + "/rebuild", "{}");
        assertThat(job.path("status").asString()).as("%s", job).isEqualTo("succeeded");
        desk.inStep(BOOKS);
        desk.requireAlike(BOOKS);
    }

    @Test
    void aChunkThatIsRefusedIsSetAsideUntilItIsAccepted() throws Exception {
        desk.fill(BOOKS, 120);
        proxy.behave(call -> {
            if (ByteString.copyFrom(call.request()).toStringUtf8().contains("poison")) {
                throw Status.INVALID_ARGUMENT.withDescription("not this one").asRuntimeException();
            }
            return call.forward();
        });
        desk.put(BOOKS, List.of(FollowDesk.chunk("poison1", random)));

        desk.follow(BOOKS);
        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> assertThat(desk.store(BOOKS).path("refused")).hasSize(1));
        desk.put(
                BOOKS,
                List.of(
                        FollowDesk.chunk("s1", random),
                        FollowDesk.chunk("poison2", random),
                        FollowDesk.chunk("s2", random)));

        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> {
                    JsonNode store = desk.store(BOOKS);
                    assertThat(store.path("state").asString()).isEqualTo("following");
                    assertThat(store.path("refused")).as("%s", store).hasSize(2);
                    assertThat(store.path("refused").toString()).contains("not this one");
                    assertThat(store.path("lag").path("refused").asInt())
                            .as("%s", store)
                            .isEqualTo(2);
                });
        JsonNode rebuilt = desk.job(FollowDesk.path(BOOKS) + "/rebuild", "{}");
        assertThat(rebuilt.path("status").asString()).as("%s", rebuilt).isEqualTo("succeeded");
        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> assertThat(desk.store(BOOKS).path("refused")).hasSize(2));
        proxy.behave(Call::forward);

        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> assertThat(desk.store(BOOKS).path("refused")).isEmpty());
        desk.inStep(BOOKS);
        desk.requireAlike(BOOKS);
    }

    /** Ends Qdrant once it was asked for something so often; its answer is lost. */
    private CountDownLatch crashAt(String method, int number) {
        var crashed = new CountDownLatch(1);
        var calls = new AtomicInteger();
        proxy.behave(call -> {
            if (call.method().equals(method) && calls.incrementAndGet() == number) {
                call.forward();
                engine.kill();
                crashed.countDown();
                throw Status.UNAVAILABLE.asRuntimeException();
            }
            return call.forward();
        });
        return crashed;
    }

    private void back() {
        engine.start();
        proxy.reconnect();
    }

    private int changes() throws Exception {
        try (var connection = service.connect();
                var row =
                        connection
                                .createStatement()
                                .executeQuery("SELECT count(*) FROM chunk_change")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}

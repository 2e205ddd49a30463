package dev.tributary.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.QdrantProxy;
import dev.tributary.testing.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Requests and instances that come between while a store is written to. */
class FollowRacesIT {
    private static final String BOOKS = "books";
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Random random = new Random(12);
    private final PostgresServer database = PostgresServer.shared();
    private final String url = database.createDatabase();
    @TempDir Path folder;
    private QdrantEngine engine;
    private QdrantProxy proxy;
    private Service service;
    private FollowDesk desk;

    @BeforeEach
    void start() {
        engine = QdrantEngine.own("--data", folder.toString());
        proxy = new QdrantProxy(engine);
        service = service(proxy);
        desk = new FollowDesk(service);
    }

    @AfterEach
    void stop() {
        service.close();
        proxy.close();
        engine.close();
    }

    private Service service(QdrantProxy way) {
        return Service.at(
                database,
                url,
                FollowDesk.settings(way, "tributary.follow.lease=" + LEASE.toSeconds() + "s"));
    }

    @Test
    void aCollectionThatIsDeletedWhileItIsCopiedEndsTheCopy() throws Exception {
        desk.fill(BOOKS, 300);
        var released = new CountDownLatch(1);
        CountDownLatch held = holdUpsert(2, released);
        desk.follow(BOOKS);
        held.await();
        String job = desk.store(BOOKS).path("fill").path("job").asString();

        assertThat(service.delete("/collections/" + BOOKS).status()).isEqualTo(204);
        released.countDown();

        assertThat(desk.end(job).path("status").asString()).isIn("failed", "cancelled");
        requireNoCopies();
    }

    @Test
    void aStoreThatIsLetGoWhileItIsFilledLeavesNothing() throws Exception {
        desk.fill(BOOKS, 300);
        var released = new CountDownLatch(1);
        CountDownLatch held = holdUpsert(2, released);
        desk.follow(BOOKS);
        held.await();

        assertThat(service.delete(FollowDesk.path(BOOKS)).status()).isEqualTo(204);
        assertThat(service.get(FollowDesk.path(BOOKS)).status()).isEqualTo(409);
        released.countDown();

        requireNoCopies();
        assertThat(desk.follow(BOOKS).status()).isEqualTo(201);
        desk.inStep(BOOKS);
        desk.requireAlike(BOOKS);
    }

    @Test
    void aStoreThatWasLetGoMayFollowAgainAtOnce() throws Exception {
        desk.fill(BOOKS, 50);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);

        assertThat(service.delete(FollowDesk.path(BOOKS)).status()).isEqualTo(204);
        Answer again = desk.follow(BOOKS);

        assertThat(again.status()).as("%s", again.body()).isEqualTo(201);
        assertThat(desk.inStep(BOOKS).path("generation").asInt()).isEqualTo(2);
        desk.requireAlike(BOOKS);
        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> assertThat(FollowDesk.copies(engine)).hasSize(1));
    }

    @Test
    void otherSettingsReplaceACopyThatIsBeingFilled() throws Exception {
        desk.fill(BOOKS, 300);
        var released = new CountDownLatch(1);
        CountDownLatch held = holdUpsert(2, released);
        desk.follow(BOOKS);
        held.await();

        Answer changed = service.put(FollowDesk.path(BOOKS), "{\"quantization\": \"int8\"}");
        assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);
        released.countDown();

        JsonNode store = desk.inStep(BOOKS);
        assertThat(store.path("generation").asInt()).isEqualTo(2);
        assertThat(store.path("quantization").asString()).isEqualTo("int8");
        desk.requireAlike(BOOKS);
        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> assertThat(FollowDesk.copies(engine)).hasSize(1));
    }

    @Test
    void oneInstanceFollowsAndTheOtherTakesOverWhenItStops() throws Exception {
        desk.fill(BOOKS, 100);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);
        var first = new AtomicInteger();
        var second = new AtomicInteger();
        count(proxy, first);
        // Once it has applied a change, it has the lease.
        desk.put(BOOKS, List.of(FollowDesk.chunk("s0", random)));
        desk.inStep(BOOKS);
        assertThat(first.get()).isPositive();
        try (QdrantProxy way = new QdrantProxy(engine);
                Service other = service(way)) {
            count(way, second);
            var rest = new FollowDesk(other);
            for (int i = 0; i < 20; i++) {
                rest.put(BOOKS, List.of(FollowDesk.chunk("s" + i, random)));
            }
            rest.inStep(BOOKS);
            assertThat(second.get()).isZero();
            var released = new CountDownLatch(1);
            CountDownLatch held = holdUpsert(1, released);
            rest.put(BOOKS, List.of(FollowDesk.chunk("last", random)));
            held.await();

            Thread closing = Thread.ofVirtual().start(service::close);
            rest.delete(BOOKS, "last");
            released.countDown();
            closing.join();
            long begun = System.nanoTime();
            rest.inStep(BOOKS);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LEASE.dividedBy(4));
            rest.requireAlike(BOOKS);
            rest.put(BOOKS, List.of(FollowDesk.chunk("s1", random)));
            rest.inStep(BOOKS);
            assertThat(second.get()).isPositive();
        }
    }

    @Test
    void anInstanceThatTakesOverForgetsTheTroubleOfTheOneBefore() {
        desk.fill(BOOKS, 20);
        desk.follow(BOOKS);
        desk.inStep(BOOKS);
        engine.kill();
        desk.put(BOOKS, List.of(FollowDesk.chunk("s1", random)));
        await().atMost(FollowDesk.PATIENCE)
                .until(() -> desk.store(BOOKS).path("trouble").asString("").contains("Qdrant"));
        service.close();
        engine.start();
        proxy.reconnect();

        service = service(proxy);
        desk = new FollowDesk(service);

        desk.inStep(BOOKS);
        await().atMost(FollowDesk.PATIENCE)
                .until(() -> desk.store(BOOKS).path("trouble").asString("").isEmpty());
    }

    private void requireNoCopies() {
        await().atMost(FollowDesk.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(FollowDesk.copies(engine)).isEmpty();
                    assertThat(generations()).isZero();
                });
    }

    private int generations() throws Exception {
        try (var connection = service.connect();
                var row =
                        connection
                                .createStatement()
                                .executeQuery("SELECT count(*) FROM derived_generation")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void count(QdrantProxy way, AtomicInteger upserts) {
        way.behave(call -> {
            if (call.method().equals(QdrantProxy.UPSERT)) {
                upserts.incrementAndGet();
            }
            return call.forward();
        });
    }

    /** Holds up a write, before Qdrant has it. */
    private CountDownLatch holdUpsert(int number, CountDownLatch released) {
        var held = new CountDownLatch(1);
        var calls = new AtomicInteger();
        proxy.behave(call -> {
            if (call.method().equals(QdrantProxy.UPSERT) && calls.incrementAndGet() == number) {
                held.countDown();
                released.await();
            }
            return call.forward();
        });
        return held;
    }
}

package dev.tributary.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.QdrantProxy;
import dev.tributary.testing.QdrantProxy.Call;
import dev.tributary.testing.Service;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Processes that end, or stop, while they write to a store; another one goes on. */
class KilledServiceIT {
    private static final String[] LEASES = {
        "tributary.job.lease=2s", "tributary.follow.lease=2s", "tributary.web.requests-max=16"
    };
    private static final int CHUNKS = 600;
    private static final String BOOKS = "books";

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final PostgresServer database = PostgresServer.shared();
    private final String url = database.createDatabase();
    private final QdrantEngine engine = QdrantEngine.own();
    private final QdrantProxy proxy = new QdrantProxy(engine);

    @AfterEach
    void stop() {
        proxy.close();
        engine.close();
    }

    @Test
    void whoeverGoesOnAfterAKillCompletesTheCopy() throws Exception {
        System.out.println("seed of the kills: " + seed);
        try (Service filling = apart()) {
            var desk = new FollowDesk(filling);
            desk.fill(BOOKS, CHUNKS);
            CountDownLatch killed = killAt(filling, QdrantProxy.UPSERT, 1 + random.nextInt(11));
            evenIfKilled(() -> desk.follow(BOOKS));
            killed.await();
        }
        try (Service following = apart()) {
            var desk = new FollowDesk(following);
            assertThat(desk.inStep(BOOKS).path("fill").path("status").asString())
                    .isEqualTo("succeeded");
            desk.requireAlike(BOOKS);
            write(desk, 0);
            CountDownLatch killed = killAt(following, QdrantProxy.UPSERT, 1);
            evenIfKilled(() -> desk.put(BOOKS, List.of(FollowDesk.chunk("s1", random))));
            killed.await();
        }
        try (Service rebuilding = apart()) {
            var desk = new FollowDesk(rebuilding);
            write(desk, 20);
            desk.inStep(BOOKS);
            desk.requireAlike(BOOKS);
            CountDownLatch killed = killAt(rebuilding, QdrantProxy.UPSERT, 1 + random.nextInt(11));
            evenIfKilled(() -> rebuild(rebuilding));
            killed.await();
        }
        try (Service switching = apart()) {
            CountDownLatch killed = killAt(switching, QdrantProxy.UPDATE_ALIASES, 1);
            killed.await();
        }
        try (Service last = Service.at(database, url, FollowDesk.settings(proxy, LEASES))) {
            var desk = new FollowDesk(last);
            write(desk, 40);
            await().atMost(FollowDesk.PATIENCE)
                    .until(() -> desk.store(BOOKS).path("generation").asInt() == 2);
            JsonNode store = desk.inStep(BOOKS);
            assertThat(store.path("fill").path("status").asString())
                    .as("seed %s: %s", seed, store)
                    .isEqualTo("succeeded");
            desk.requireAlike(BOOKS);
            await().atMost(FollowDesk.PATIENCE)
                    .untilAsserted(() -> assertThat(FollowDesk.copies(engine)).hasSize(1));
        }
    }

    @Test
    void aProcessThatWasStoppedUndoesNothingWhenItGoesOn() throws Exception {
        var isReached = new CountDownLatch(1);
        var isReleased = new CountDownLatch(1);
        try (Service stopped = apart()) {
            var desk = new FollowDesk(stopped);
            desk.fill(BOOKS, 100);
            desk.follow(BOOKS);
            desk.inStep(BOOKS);
            var calls = new AtomicInteger();
            proxy.behave(call -> {
                if (call.method().equals(QdrantProxy.UPSERT) && calls.incrementAndGet() == 1) {
                    stopped.freeze();
                    isReached.countDown();
                    isReleased.await();
                }
                return call.forward();
            });
            try (Service other = Service.at(database, url, FollowDesk.settings(proxy, LEASES))) {
                var rest = new FollowDesk(other);
                rest.put(
                        BOOKS,
                        List.of(
                                FollowDesk.chunk("new", random),
                                FollowDesk.chunk("s1", random),
                                FollowDesk.chunk("s2", random)));
                isReached.await();
                rest.delete(BOOKS, "new");
                rest.delete(BOOKS, "s1");
                rest.put(BOOKS, List.of(FollowDesk.chunk("s2", random)));
                rest.inStep(BOOKS);
                rest.requireAlike(BOOKS);

                stopped.go();
                isReleased.countDown();
                await().atMost(FollowDesk.PATIENCE).until(() -> calls.get() > 1);
                // It answers again, so it has looked at its lease.
                await().atMost(FollowDesk.PATIENCE)
                        .until(() -> stopped.get("/actuator/health/readiness").status() == 200);
                await().atMost(FollowDesk.PATIENCE)
                        .untilAsserted(() -> {
                            rest.inStep(BOOKS);
                            rest.requireAlike(BOOKS);
                        });
            } finally {
                isReleased.countDown();
                stopped.go();
            }
        }
    }

    /** Puts, replaces and deletes. */
    private void write(FollowDesk desk, int from) {
        for (int i = from; i < from + 10; i++) {
            desk.put(
                    BOOKS,
                    List.of(
                            FollowDesk.chunk("s" + i, random),
                            FollowDesk.chunk("new" + i, random)));
            desk.delete(BOOKS, "s" + (100 + i));
        }
    }

    /** Does what leads to the kill, which may come before the answer. */
    private static void evenIfKilled(Runnable request) {
        try {
            request.run();
        } catch (UncheckedIOException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    private static void rebuild(Service service) {
        assertThat(service.post(FollowDesk.path(BOOKS) + "/rebuild", "{}").status()).isEqualTo(202);
    }

    private Service apart() {
        return Service.apart(database, url, FollowDesk.settings(proxy, LEASES));
    }

    /** Kills a service at a call, before Qdrant gets it or after. */
    private CountDownLatch killAt(Service service, String method, int number) {
        var killed = new CountDownLatch(1);
        var calls = new AtomicInteger();
        boolean isForwarded = random.nextBoolean();
        proxy.behave(call -> {
            if (!call.method().equals(method) || calls.incrementAndGet() < number) {
                return call.forward();
            }
            if (killed.getCount() > 0) {
                if (isForwarded) {
                    call.forward();
                }
                service.kill();
                proxy.behave(Call::forward);
                killed.countDown();
            }
            throw Status.UNAVAILABLE.asRuntimeException();
        });
        return killed;
    }
}

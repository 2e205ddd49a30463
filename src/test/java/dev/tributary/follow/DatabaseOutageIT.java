package dev.tributary.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.QdrantProxy;
import dev.tributary.testing.Service;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A PostgreSQL that crashes between a write to a store and the note that it was made. */
class DatabaseOutageIT {
    private static final String BOOKS = "books";

    private final Random random = new Random(13);
    private final PostgresServer database = PostgresServer.own();
    private final QdrantEngine engine = QdrantEngine.own();
    private final QdrantProxy proxy = new QdrantProxy(engine);

    @AfterEach
    void stop() {
        proxy.close();
        engine.close();
        database.close();
    }

    @Test
    void aCrashOfTheDatabaseLosesNoChange() throws Exception {
        try (Service service =
                Service.on(
                        database,
                        FollowDesk.settings(
                                proxy,
                                "spring.datasource.hikari.connection-timeout=500",
                                "tributary.job.lease=5s",
                                "tributary.job.backoff-min=100ms"))) {
            var desk = new FollowDesk(service);
            desk.fill(BOOKS, 300);
            CountDownLatch crashed = crashAt(QdrantProxy.UPSERT, 3);
            desk.follow(BOOKS);
            crash(service, crashed);
            JsonNode filled = desk.inStep(BOOKS);
            assertThat(filled.path("fill").path("status").asString())
                    .as("%s", filled)
                    .isEqualTo("succeeded");
            desk.requireAlike(BOOKS);

            crashed = crashAt(QdrantProxy.UPSERT, 1);
            desk.put(BOOKS, List.of(FollowDesk.chunk("s1", random)));
            crash(service, crashed);
            desk.delete(BOOKS, "s2");
            desk.inStep(BOOKS);
            desk.requireAlike(BOOKS);

            crashed = crashAt(QdrantProxy.UPDATE_ALIASES, 1);
            assertThat(service.post(FollowDesk.path(BOOKS) + "/rebuild", "{}").status())
                    .isEqualTo(202);
            crash(service, crashed);
            desk.delete(BOOKS, "s3");
            await().atMost(FollowDesk.PATIENCE)
                    .until(() -> desk.store(BOOKS).path("generation").asInt() == 2);
            desk.inStep(BOOKS);
            desk.requireAlike(BOOKS);
        }
    }

    /** The answer of a call comes back to a service without a database. */
    private CountDownLatch crashAt(String method, int number) {
        var crashed = new CountDownLatch(1);
        var calls = new AtomicInteger();
        proxy.behave(call -> {
            byte[] answer = call.forward();
            if (call.method().equals(method) && calls.incrementAndGet() == number) {
                database.kill();
                crashed.countDown();
            }
            return answer;
        });
        return crashed;
    }

    /** Returns when the service has noticed that the database is back. */
    private void crash(Service service, CountDownLatch crashed) throws Exception {
        crashed.await();
        // Long enough for what the service does next to fail.
        TimeUnit.SECONDS.sleep(2);
        database.start();
        await().atMost(FollowDesk.PATIENCE)
                .until(() -> service.get("/collections/" + BOOKS).status() == 200);
    }
}

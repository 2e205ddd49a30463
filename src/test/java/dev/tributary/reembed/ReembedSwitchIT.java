package dev.tributary.reembed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collection that always has new texts when it is to be switched. */
class ReembedSwitchIT {
    private static final int CHUNKS = 20;

    private final TextServer texts = new TextServer();
    private final AtomicInteger number = new AtomicInteger();
    private Service service;
    private Desk desk;

    @BeforeEach
    void start() {
        List<String> settings = new ArrayList<>(texts.settings());
        settings.add("tributary.embedding.cache-size=0");
        settings.add("tributary.job.poll-interval=50ms");
        service = Service.on(PostgresServer.shared(), settings.toArray(String[]::new));
        desk = new Desk(service);
    }

    @AfterEach
    void stop() {
        texts.gate(_ -> {});
        service.close();
        texts.close();
    }

    private void putNew() {
        int next = number.incrementAndGet();
        desk.put("busy", List.of(Desk.chunk("new" + next, 0, "new text " + next)));
    }

    @Test
    void theLastTextsAreEmbeddedWhileWritersWait() throws Exception {
        desk.fill("busy", CHUNKS);
        var waited = new CompletableFuture<Void>();
        // Whenever it embeds, another text comes; the last one does while writers wait.
        texts.gate(_ -> {
            if (desk.isLocked(true)) {
                texts.gate(_ -> {});
                waited.completeAsync(() -> {
                    putNew();
                    return null;
                });
            } else {
                putNew();
            }
        });

        desk.succeeded(desk.begin("busy"));

        waited.get(Desk.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(desk.contents("busy")).hasSize(CHUNKS + number.get());
        Desk.requireLarge(desk.chunks("busy"));
    }

    @Test
    void aModelThatHangsDoesNotHoldUpWriters() throws Exception {
        desk.fill("busy", CHUNKS);
        var held = new CompletableFuture<List<String>>();
        var open = new CountDownLatch(1);
        texts.gate(given -> {
            if (desk.isLocked(true)) {
                held.complete(given);
                open.await();
            } else if (!held.isDone()) {
                putNew();
            }
        });
        UUID id = desk.begin("busy");
        List<String> given = held.get(Desk.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        // Answered although the model is not.
        putNew();
        putNew();

        assertThat(desk.job(id).has("completed_at")).isFalse();
        open.countDown();
        desk.succeeded(id);
        assertThat(desk.contents("busy")).hasSize(CHUNKS + number.get());
        Desk.requireLarge(desk.chunks("busy"));
        // What it made while nobody waited for it is not made again.
        assertThat(texts.embedded()).containsOnlyOnceElementsOf(given);
    }
}

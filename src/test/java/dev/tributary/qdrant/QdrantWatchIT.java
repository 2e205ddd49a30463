package dev.tributary.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.Service;
import dev.tributary.vector.DerivedStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The service starts whether Qdrant is there or not, and says which it is. */
@ExtendWith(OutputCaptureExtension.class)
class QdrantWatchIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void saysWhichQdrantIsThere(CapturedOutput output) {
        var qdrant = QdrantEngine.shared();
        try (var service =
                Service.on(
                        PostgresServer.shared(),
                        "tributary.qdrant.enabled=true",
                        "tributary.qdrant.host=" + qdrant.host(),
                        "tributary.qdrant.port=" + qdrant.port(),
                        "tributary.qdrant.api-key=" + (qdrant.key() == null ? "" : qdrant.key()))) {
            assertThat(service.bean(DerivedStore.class).name()).isEqualTo("qdrant");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(output)
                                    .contains(
                                            "Qdrant at %s:%d, version 1."
                                                    .formatted(qdrant.host(), qdrant.port())));
        }
    }

    @Test
    void startsWhileQdrantIsAway(CapturedOutput output) {
        try (var service =
                Service.on(
                        PostgresServer.shared(),
                        "tributary.qdrant.enabled=true",
                        "tributary.qdrant.port=1",
                        "tributary.qdrant.timeout=200ms")) {
            assertThat(service.bean(DerivedStore.class).name()).isEqualTo("qdrant");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(output)
                                    .containsPattern(
                                            "background task 'Qdrant': Qdrant cannot be reached.*; retrying"));
        }
    }

    @Test
    void startsWhileQdrantIsSilent(CapturedOutput output) throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var service =
                        Service.on(
                                PostgresServer.shared(),
                                "tributary.qdrant.enabled=true",
                                "tributary.qdrant.port=" + silent.getLocalPort(),
                                "tributary.qdrant.timeout=200ms")) {
            assertThat(service.bean(DerivedStore.class).name()).isEqualTo("qdrant");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(output).contains("background task 'Qdrant': Qdrant"));
        }
    }
}

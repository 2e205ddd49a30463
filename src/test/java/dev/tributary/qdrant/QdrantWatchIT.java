package dev.tributary.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.QdrantEngine;
import dev.tributary.testing.Service;
import dev.tributary.vector.DerivedStore;
import io.qdrant.client.QdrantClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static void watch(ScriptedQdrant server, boolean tls, Runnable test) {
        QdrantProperties properties =
                QdrantFixture.properties(
                        Map.of("port", "" + server.port(), "api-key", "guess", "tls", "" + tls));
        try (QdrantClient client = new QdrantConfiguration().qdrantClient(properties)) {
            var calls = new QdrantCalls(client, properties.timeout(), properties.adminTimeout());
            var watch = new QdrantWatch(calls, properties);
            watch.start();
            try {
                await().atMost(PATIENCE).untilAsserted(test::run);
            } finally {
                watch.stop();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2.0.1, Qdrant 2.0 is more than one minor version from 1.18",
        "1.16.3, 'Qdrant 1.16 is too old, must be 1.17 or newer'"
    })
    void saysThatAServerIsNotTheOneItIsMadeFor(String version, String line, CapturedOutput output)
            throws Exception {
        try (var server = new ScriptedQdrant().ofVersion(version)) {
            watch(server, false, () -> assertThat(output).contains(line));
        }
    }

    @Test
    void saysThatTheKeyIsWrong(CapturedOutput output) throws Exception {
        try (var server = new ScriptedQdrant().asking("secret")) {
            watch(
                    server,
                    false,
                    () ->
                            assertThat(output)
                                    .contains("Qdrant refuses the key: Invalid API key")
                                    .doesNotContain("guess"));
        }
    }

    @Test
    void saysThatTheCertificateIsNotTrusted(CapturedOutput output, @TempDir Path folder)
            throws Exception {
        var keys = new SelfSigned(folder, "ip:127.0.0.1");
        try (var server = new ScriptedQdrant(keys.server())) {
            watch(
                    server,
                    true,
                    () ->
                            assertThat(output)
                                    .contains("'Qdrant': Qdrant's certificate is not trusted: "));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, false, true",
        "192.0.2.1, true, false",
        "localhost, false, false",
        "127.0.0.1, false, false"
    })
    void warnsOfAKeyThatOthersCanRead(
            String host, boolean tls, boolean isWarned, CapturedOutput output) {
        Map<String, String> settings = Map.of("host", host, "tls", "" + tls, "api-key", "secret");

        new QdrantConfiguration().qdrantClient(QdrantFixture.properties(settings)).close();

        assertThat(output.toString().contains("the API key is sent to Qdrant at " + host))
                .isEqualTo(isWarned);
        assertThat(output).doesNotContain("secret");
    }
}

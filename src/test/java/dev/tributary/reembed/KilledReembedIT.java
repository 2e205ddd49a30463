package dev.tributary.reembed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.TributaryApplication;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KilledReembedIT {
    private static final int CHUNKS = 300;
    private static final int BATCH = 10;
    private static final int SEEN = 150;

    private final PostgresServer database = PostgresServer.shared();
    private final String url = database.createDatabase();

    @Test
    void aReembeddingWhoseProcessIsKilledGoesOnWithoutDuplicates() throws Exception {
        try (var texts = new TextServer()) {
            Map<String, String> contents;
            try (Service first = Service.at(database, url, settings(texts))) {
                var desk = new Desk(first);
                desk.fill("cut", CHUNKS);
                desk.alias("live", "cut");
                contents = desk.contents("cut");
            }

            UUID id = beginAndKill(texts);

            int embedded = texts.embedded().size();
            try (Service next = Service.at(database, url, settings(texts))) {
                var desk = new Desk(next);
                desk.put("live", List.of(Desk.chunk("s0", 0, "meanwhile")));
                contents.put("s0#0", "meanwhile");
                JsonNode job = desk.succeeded(id);
                assertThat(job.path("processed").asLong()).isEqualTo(CHUNKS);
                assertThat(job.path("total").asLong()).isEqualTo(CHUNKS);
                assertThat(desk.resolve("live")).isEqualTo("live-large");
                assertThat(desk.contents("live")).isEqualTo(contents);
                Desk.requireLarge(desk.chunks("live"));
                // What was written down is not done again: but for one batch, and what was put.
                assertThat(embedded).isGreaterThanOrEqualTo(SEEN);
                assertThat(texts.embedded()).hasSizeBetween(CHUNKS, CHUNKS + BATCH + 2);
            }
        }
    }

    /** Begins in another process, and kills it when the model has seen half of the texts. */
    private UUID beginAndKill(TextServer texts) throws Exception {
        var seen = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        texts.gate(_ -> {
            if (texts.embedded().size() >= SEEN) {
                seen.countDown();
                never.await();
            }
        });
        int port = freePort();
        Process process = start(port, texts);
        try {
            await().atMost(Desk.PATIENCE).until(() -> isUp(port));
            HttpResponse<String> begun =
                    send(
                            request(port, "/collections/live/reembed")
                                    .POST(BodyPublishers.ofString("{\"model\": \"large\"}")));
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
            seen.await();
            // SIGKILL: no shutdown hook, nothing is closed.
            process.destroyForcibly();
            assertThat(process.waitFor()).isEqualTo(137);
            return UUID.fromString(
                    JsonMapper.shared().readTree(begun.body()).path("id").asString());
        } finally {
            process.destroyForcibly();
            texts.gate(_ -> {});
            never.countDown();
        }
    }

    private Process start(int port, TextServer texts) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TributaryApplication.class.getName()));
        command.addAll(Service.arguments(database, url, settings(texts)));
        command.remove("--server.port=0");
        command.add("--server.port=" + port);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String[] settings(TextServer texts) {
        List<String> settings = new ArrayList<>(texts.settings());
        settings.add("tributary.reembed.batch=" + BATCH);
        settings.add("tributary.job.lease=2s");
        settings.add("tributary.job.poll-interval=100ms");
        return settings.toArray(String[]::new);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isUp(int port) throws InterruptedException {
        try {
            return send(request(port, "/actuator/health/readiness").GET()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}

package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.TributaryApplication;
import dev.tributary.embedding.ModelServer;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KilledDocumentIT {
    private static final int PIECES = BackgroundIT.PIECES;
    private static final int BATCH = EmbeddingPlan.BATCH_MAX;

    private final PostgresServer database = PostgresServer.shared();
    private final String url = database.createDatabase();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void aDocumentWhoseProcessIsKilledGoesOnAndEmbedsNoBatchAgain() throws Exception {
        try (client;
                var model = new ModelServer();
                Gate gate = Gate.before(model, text -> text.equals(pieces(0, PIECES).get(BATCH)))) {
            String id = beginAndKill(model, gate);
            // Of the dead process: one for each batch, the second one unanswered.
            int calls = model.calls().size();
            gate.open();

            try (Service next = Service.at(database, url, BackgroundIT.settings(model))) {
                await().atMost(BackgroundIT.PATIENCE)
                        .until(() -> next.get("/jobs/" + id).body().has("completed_at"));

                JsonNode job = next.get("/jobs/" + id).body();
                assertThat(job.path("status").asString()).as("%s", job).isEqualTo("succeeded");
                assertThat(job.path("total").asInt()).isEqualTo(PIECES);
                assertThat(job.path("processed").asInt()).isEqualTo(PIECES);
                assertThat(BackgroundIT.chunks(next, "tales", "tale.txt"))
                        .extracting(chunk -> chunk.path("content").asString())
                        .containsExactlyElementsOf(pieces(0, PIECES));
                assertThat(
                                model.calls().stream()
                                        .skip(calls)
                                        .flatMap(call -> call.texts().stream()))
                        .containsExactlyInAnyOrderElementsOf(pieces(BATCH, PIECES));
            }
        }
    }

    private static List<String> pieces(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> BackgroundIT.piece("tale", i)).toList();
    }

    /** Kills the process that has stored one batch of embeddings, and waits for the next. */
    private String beginAndKill(ModelServer model, Gate gate) throws Exception {
        int port = freePort();
        Process process = start(port, model);
        try {
            await().atMost(BackgroundIT.PATIENCE).until(() -> isUp(port));
            put(port, "/collections/tales", "{\"model\": \"far\"}");
            JsonNode put =
                    put(
                            port,
                            "/collections/tales/documents/tale.txt",
                            BackgroundIT.document("tale", PIECES));
            String id = put.path("job").path("id").asString();
            await().atMost(BackgroundIT.PATIENCE)
                    .until(() -> get(port, "/jobs/" + id).path("processed").asInt() == BATCH);
            gate.awaitCall();
            // SIGKILL: no shutdown hook, nothing is closed.
            process.destroyForcibly();
            assertThat(process.waitFor()).isEqualTo(137);
            return id;
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(int port, ModelServer model) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TributaryApplication.class.getName()));
        command.addAll(Service.arguments(database, url, BackgroundIT.settings(model)));
        command.remove("--server.port=0");
        command.add("--server.port=" + port);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isUp(int port) throws InterruptedException {
        try {
            return send(request(port, "/actuator/health/readiness").GET()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private JsonNode get(int port, String path) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(send(request(port, path).GET()).body());
    }

    private JsonNode put(int port, String path, String body)
            throws IOException, InterruptedException {
        return JsonMapper.shared()
                .readTree(send(request(port, path).PUT(BodyPublishers.ofString(body))).body());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }
}

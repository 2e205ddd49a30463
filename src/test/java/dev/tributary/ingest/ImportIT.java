package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import dev.tributary.vector.ChunkKey;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whole collections in and out. */
class ImportIT extends CollectionsIT {
    private static final String PLANE = "{\"dimension\": 2}";

    private static String line(int i) {
        return "{\"source_id\": \"s%d\", \"content\": \"word%d\", \"embedding\": [1, %d]}\n"
                .formatted(i, i, i);
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(ImportIT::line).collect(Collectors.joining());
    }

    private Answer send(String collection, String query, BodyPublisher body) {
        return send(
                request("/collections/" + collection + "/import" + query)
                        .header("Content-Type", "application/x-ndjson")
                        .timeout(Duration.ofMinutes(3))
                        .POST(body));
    }

    private Answer send(String collection, String body) {
        return send(collection, "", BodyPublishers.ofString(body));
    }

    private String export(String collection) {
        Answer answer = get("/collections/" + collection + "/export");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
        return new String(answer.response().body(), StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String counts(Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return "%d %d %d %d"
                .formatted(
                        answer.body().path("created").asInt(),
                        answer.body().path("updated").asInt(),
                        answer.body().path("unchanged").asInt(),
                        answer.body().path("failed").asInt());
    }

    private static List<Long> failedLines(Answer answer) {
        return answer.body()
                .path("errors")
                .valueStream()
                .map(e -> e.path("line").asLong())
                .toList();
    }

    @Test
    void storesEveryLineAndTheSameAgainChangesNothing() {
        String collection = create(PLANE);
        String all = lines(0, 5_000);

        Answer first = send(collection, all);
        Answer second = send(collection, all);

        assertThat(counts(first)).isEqualTo("5000 0 0 0");
        assertThat(first.body().path("errors").isEmpty()).isTrue();
        assertThat(counts(second)).isEqualTo("0 0 5000 0");
        assertThat(count(collection)).isEqualTo(5_000);
    }

    @Test
    void readsGzipWhetherItIsSaidOrNot() {
        String collection = create(PLANE);
        byte[] compressed = gzip(lines(0, 100));

        Answer unsaid = send(collection, "", BodyPublishers.ofByteArray(compressed));
        Answer said =
                send(
                        request("/collections/" + collection + "/import")
                                .header("Content-Type", "application/x-ndjson")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofByteArray(compressed)));

        assertThat(counts(unsaid)).isEqualTo("100 0 0 0");
        assertThat(counts(said)).isEqualTo("0 0 100 0");
    }

    @Test
    void aLineThatCannotBeStoredFailsAloneWithItsNumber() {
        String collection = create(PLANE);
        String body =
                lines(0, 2)
                        + "\n"
                        + "{\"source_id\": \"cut\", \"embedd\n"
                        + "{\"source_id\": \"long\", \"embedding\": [1, 2, 3]}\n"
                        + "{\"source_id\": \"odd\", \"embedding\": [1, 2], \"colour\": 1}\n"
                        + "[1, 2]\n"
                        + "{\"source_id\": \"two\", \"embedding\": [1, 2]} {}\n"
                        + "{\"embedding\": [1, 2]}\r\n"
                        + "{\"source_id\": \"bare\"}\n"
                        + "{\"source_id\": \"zero\", \"embedding\": [0, 0]}\n"
                        + line(2).stripTrailing();

        Answer answer = send(collection, body);

        assertThat(counts(answer)).isEqualTo("3 0 0 8");
        assertThat(failedLines(answer)).containsExactly(4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(answer.body().path("errors").valueStream().map(e -> e.path("error").asString()))
                .satisfiesExactly(
                        e -> assertThat(e).startsWith("line is not one JSON object"),
                        e -> assertThat(e).contains("has 3 dimensions, the collection has 2"),
                        e -> assertThat(e).contains("colour is not a field of a chunk"),
                        e -> assertThat(e).contains("must be an object"),
                        e -> assertThat(e).isEqualTo("line has more than one JSON value"),
                        e -> assertThat(e).contains("source_id is required"),
                        e -> assertThat(e).contains("or embedding is required"),
                        e -> assertThat(e).contains("no cosine"));
    }

    @Test
    void namesTheFirstHundredLinesThatFailed() {
        String collection = create(PLANE);
        String body = "{}\n".repeat(3_000) + lines(0, 10) + "{}\n".repeat(10);

        Answer answer = send(collection, body);

        assertThat(counts(answer)).isEqualTo("10 0 0 3010");
        assertThat(failedLines(answer))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void findsTheOneBadLineAmongMany() {
        String collection = create(PLANE);
        String body =
                lines(0, 57_122)
                        + "{\"source_id\": \"wrong\", \"embedding\": [1]}\n"
                        + lines(57_123, 58_000);

        Answer answer = send(collection, body);

        assertThat(counts(answer)).isEqualTo("57999 0 0 1");
        assertThat(failedLines(answer)).containsExactly(57_123L);
    }

    @Test
    void ofSeveralLinesWithTheSameKeyTheLastOneStays() {
        String collection = create(PLANE);
        String body =
                IntStream.range(0, 1_000)
                        .mapToObj(i ->
                                "{\"source_id\": \"s%d\", \"embedding\": [1, %d]}\n"
                                        .formatted(i % 10, i))
                        .collect(Collectors.joining());

        Answer answer = send(collection, body);

        assertThat(counts(answer)).isEqualTo("10 990 0 0");
        assertThat(export(collection).lines())
                .hasSize(10)
                .allMatch(line -> line.matches(".*\"embedding\":\\[1.0,99\\d.0\\].*"));
    }

    @Test
    void anIdAndTheSourceThatMakesItAreTheSameKey() {
        String collection = create(PLANE);
        String id = new ChunkKey("document", "s1", 0).toId().toString();
        String byId =
                "{\"id\": \"%s\", \"source_id\": \"s1\", \"embedding\": [1, 7]}\n".formatted(id);

        Answer answer = send(collection, line(1) + byId + line(1).replace("[1, 1]", "[1, 9]"));

        assertThat(counts(answer)).isEqualTo("1 2 0 0");
        assertThat(export(collection)).contains("\"embedding\":[1.0,9.0]");
    }

    @Test
    void aBrokenHeaderOfGzipIsSaid() {
        Answer answer =
                send(
                        create(PLANE),
                        "",
                        BodyPublishers.ofByteArray(new byte[] {0x1f, (byte) 0x8b, 1}));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fieldMessage()).contains("is not valid gzip");
    }

    @Test
    void anExportIsImportedAsTheSameCollection() {
        String collection = create("{\"dimension\": 3}");
        putChunks(
                collection,
                """
                {"id": "00000000-0000-4000-8000-000000000001", "source_type": "page",
                 "source_id": "a/b c\\n", "chunk_index": 4, "content": "Ä „line“\\nanother \\u2028 one",
                 "embedding": [0.1, 1e-30, -3.4e10], "metadata": {"n": 0.10, "deep": [{"x": null}]},
                 "tenant": "t", "acl_digest": "00ff", "cert_refs": ["x"], "boosts": {"b": 1.5},
                 "parent_index": 4, "parent_content": "all of it", "token_count": 7}
                """,
                "{\"source_id\": \"plain\", \"embedding\": [1, 2, 3]}");
        String copy = create("{\"dimension\": 3}");

        String exported = export(collection);
        Answer answer = send(copy, exported);

        assertThat(counts(answer)).isEqualTo("2 0 0 0");
        assertThat(withoutTimes(export(copy))).isEqualTo(withoutTimes(exported));
        assertThat(exported).contains("\"parent_content\":\"all of it\"", "\"token_count\":7");
        assertThat(counts(send(collection, exported))).isEqualTo("0 0 2 0");
    }

    private static String withoutTimes(String export) {
        return export.replaceAll(",\"created_at\".*", "");
    }

    @Test
    void anExportOfAnEmptyCollectionIsEmpty() {
        String collection = create(PLANE);

        assertThat(export(collection)).isEmpty();
        assertThat(counts(send(collection, ""))).isEqualTo("0 0 0 0");
    }

    @Test
    void waitsForTheIndexIfAsked() {
        String collection = create(PLANE);

        Answer waited = send(collection, "?wait=indexed", BodyPublishers.ofString(lines(0, 1_500)));
        Answer impatient =
                send(
                        collection,
                        "?wait=indexed&wait_timeout_ms=0",
                        BodyPublishers.ofString(lines(1_500, 3_000)));
        Answer put =
                put(
                        "/collections/" + collection + "/chunks?wait=indexed",
                        "{\"chunks\": [%s]}".formatted(line(3_000)));

        assertThat(waited.body().path("indexed").asBoolean()).isTrue();
        assertThat(impatient.body().path("indexed").asBoolean()).isFalse();
        assertThat(put.body().path("indexed").asBoolean()).isTrue();
        JsonNode index = get("/collections/" + collection).body().path("index");
        assertThat(index.path("state").asString()).isEqualTo("ready");
        assertThat(index.path("fresh_rows").asLong()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "?wait=yes,invalid_field,wait",
        "?wait_timeout_ms=-1,invalid_field,wait_timeout_ms",
        "?wait_timeout_ms=3600001,invalid_field,wait_timeout_ms",
        "?colour=red,unknown_parameter,colour"
    })
    void refusesWhatItDoesNotKnow(String query, String code, String field) {
        String collection = create(PLANE);

        Answer answer = send(collection, query, BodyPublishers.ofString(lines(0, 1)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(count(collection)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/csv", "application/x-www-form-urlencoded", "image/png"})
    void refusesWhatIsNoNdjson(String type) {
        Answer answer =
                send(
                        request("/collections/" + create(PLANE) + "/import")
                                .header("Content-Type", type)
                                .POST(BodyPublishers.ofString(lines(0, 1))));

        assertThat(answer.status()).isEqualTo(415);
    }

    @Test
    void refusesOtherEncodings() {
        Answer answer =
                send(
                        request("/collections/" + create(PLANE) + "/import")
                                .header("Content-Type", "application/x-ndjson")
                                .header("Content-Encoding", "br")
                                .POST(BodyPublishers.ofString(lines(0, 1))));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo("Content-Encoding");
    }

    @Test
    void isMissingLikeAnyCollection() {
        assertThat(send("nowhere", lines(0, 1)).status()).isEqualTo(404);
        assertThat(get("/collections/nowhere/export").status()).isEqualTo(404);
    }

    @Test
    void whatGzipDidNotWriteIsSaid() {
        String collection = create(PLANE);
        byte[] whole = gzip(lines(0, 20_000));
        byte[] cut = Arrays.copyOf(whole, whole.length / 2);

        Answer answer = send(collection, "", BodyPublishers.ofByteArray(cut));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fieldMessage()).contains("ends in the middle of the gzip data");
        assertThat(answer.body().path("hint").asString()).contains("send the whole file again");
        assertThat(counts(send(collection, "", BodyPublishers.ofByteArray(whole)))).endsWith(" 0");
        assertThat(count(collection)).isEqualTo(20_000);
    }

    @Test
    void aBombIsNotBlownUp() throws IOException {
        String collection = create(PLANE);
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                gzip.write(zeros);
            }
        }

        Answer answer = send(collection, "", BodyPublishers.ofByteArray(bomb.toByteArray()));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fieldMessage()).contains("times as large as its compressed form");
    }

    /** Far more than a body may otherwise have. */
    @Test
    void aLineThatIsTooLongIsPassedOver() {
        String collection = create(PLANE);
        byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        var parts =
                IntStream.range(0, 42)
                        .<InputStream>mapToObj(i ->
                                i == 0 || i == 41
                                        ? text(i == 0 ? line(0) + "{" : "}\n" + line(1))
                                        : new ByteArrayInputStream(blanks))
                        .toList();

        Answer answer =
                send(
                        collection,
                        "",
                        BodyPublishers.ofInputStream(
                                () -> new SequenceInputStream(Collections.enumeration(parts))));

        assertThat(counts(answer)).isEqualTo("2 0 0 1");
        assertThat(answer.body().path("errors").path(0).path("error").asString())
                .isEqualTo("line has more than 33,554,432 bytes");
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What arrived whole stays; the rest comes with the next try. */
    @Test
    void aClientThatGoesAwayLosesNothing() throws IOException {
        String collection = create(PLANE);
        byte[] head =
                """
                POST /collections/%s/import HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/x-ndjson\r
                Content-Length: 10000000\r
                \r
                """
                        .formatted(collection)
                        .getBytes(StandardCharsets.US_ASCII);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write(head);
            socket.getOutputStream().write(lines(0, 12_000).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> count(collection) >= 8_000);
        }

        Answer again = send(collection, lines(0, 15_000));

        assertThat(again.body().path("failed").asInt()).isZero();
        assertThat(count(collection)).isEqualTo(15_000);
    }

    @Test
    void exportsOneMomentWhateverIsWritten() throws Exception {
        String collection = create(PLANE);
        send(collection, lines(0, 20_000));
        var first = new CountDownLatch(1);

        var writer =
                Thread.startVirtualThread(() -> {
                    try {
                        first.await();
                        post("/collections/" + collection + "/chunks/delete", "{\"filter\": {}}");
                        send(collection, lines(30_000, 31_000));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        long lines = 0;
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream()
                    .write(
                            "GET /collections/%s/export HTTP/1.0\r\nHost: localhost\r\n\r\n"
                                    .formatted(collection)
                                    .getBytes(StandardCharsets.US_ASCII));
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("{")) {
                    lines++;
                    if (lines == 1) {
                        first.countDown();
                        writer.join();
                    }
                }
            }
        }

        assertThat(lines).isEqualTo(20_000);
        assertThat(count(collection)).isEqualTo(1_000);
    }
}

package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tributary.cli.exit.CommandException;
import dev.tributary.cli.exit.Exit;
import dev.tributary.cli.read.NdjsonReader;
import dev.tributary.cli.read.SourceFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent to a service that misbehaves. */
class BatchSenderTest {
    private static final String DONE =
            "{\"created\": 2, \"updated\": 0, \"unchanged\": 0, \"failed\": 1,"
                    + " \"errors\": [{\"line\": 2, \"error\": \"odd\"}]}";

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<Integer> answers = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private ServiceClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client =
                new ServiceClient(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                        "default",
                        "secret");
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isGzip =
                    "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            var in = exchange.getRequestBody();
            byte[] body = (isGzip ? new GZIPInputStream(in) : in).readAllBytes();
            bodies.add(new String(body, StandardCharsets.UTF_8));
            assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
                    .isEqualTo("Bearer secret");
            int status = answers.isEmpty() ? 200 : answers.removeFirst();
            byte[] bytes =
                    (status == 200 ? DONE : "{\"detail\": \"too busy\", \"hint\": \"later\"}")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private BatchSender sender(int retries) {
        return new BatchSender(
                client, "docs", new Retries(retries, Duration.ZERO, Terminals.silent()));
    }

    private static void send(BatchSender sender, String text, int linesMax, boolean isGzip)
            throws IOException {
        try (var records = new Records(new NdjsonReader(SourceFiles.text(text)));
                var progress = new Progress(Terminals.silent(), "line", true)) {
            sender.send(records, linesMax, isGzip, progress);
        }
    }

    @Test
    void sendsBatchesAndCountsLinesThrough() throws Exception {
        var sender = sender(0);

        send(sender, "a\nb\nc\nd\n\nf\ng", 3, false);

        assertThat(bodies).containsExactly("a\nb\nc\n", "d\n\nf\n", "g\n");
        assertThat(sender.counts().created()).isEqualTo(6);
        assertThat(sender.counts().failed()).isEqualTo(3);
        assertThat(sender.counts().errors())
                .extracting(ImportCounts.LineError::line)
                .containsExactly(2L, 5L, 8L);
    }

    @Test
    void sendsABatchAgainWhileTheServiceIsBusy() throws Exception {
        answers.addAll(List.of(200, 503, 504, 429, 502));
        var sender = sender(4);

        send(sender, "a\nb\nc\nd\n", 2, true);

        assertThat(bodies)
                .containsExactly("a\nb\n", "c\nd\n", "c\nd\n", "c\nd\n", "c\nd\n", "c\nd\n");
        assertThat(sender.counts().created()).isEqualTo(4);
    }

    @Test
    void givesUpInTheEnd() {
        answers.addAll(List.of(200, 503, 503));
        var sender = sender(1);

        assertThatThrownBy(() -> send(sender, "a\nb\nc\nd\n", 2, false))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        e -> {
                            assertThat(e.exit()).isEqualTo(Exit.REFUSED);
                            assertThat(e.told()).contains("answered 503 too busy", "-> later");
                        });
        assertThat(sender.counts().created()).isEqualTo(2);
    }

    @Test
    void doesNotRepeatWhatWouldFailAgain() {
        answers.add(400);

        assertThatThrownBy(() -> send(sender(5), "a\n", 2, false))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("answered 400 too busy");
        assertThat(bodies).hasSize(1);
    }

    @Test
    void onlyTheLastStreamOfABatchIsRead() throws Exception {
        try (var records = new Records(new NdjsonReader(SourceFiles.text("a\nb\nc\n")));
                var progress = new Progress(Terminals.silent(), "line", true);
                var batch = new Batch(records, 2, false, progress)) {
            batch.begin();
            var first = batch.open();
            assertThat(first.read()).isEqualTo('a');

            var second = batch.open();

            assertThat(second.readAllBytes()).asString().isEqualTo("a\nb\n");
            assertThat(batch.open().readAllBytes()).asString().isEqualTo("a\nb\n");
            assertThatThrownBy(first::readAllBytes).hasMessageContaining("sent again");
            assertThat(records.take().line()).asString().isEqualTo("c");
        }
    }
}

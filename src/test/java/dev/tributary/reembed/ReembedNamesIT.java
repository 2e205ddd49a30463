package dev.tributary.reembed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Writes by a name that leads to another collection before they are done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReembedNamesIT {
    private static final String TEXT = "written late";

    private final PostgresServer database = PostgresServer.shared();
    private final TextServer texts = new TextServer();
    private Service service;
    private Service other;
    private Desk desk;

    /** How a chunk gets in, or out. */
    enum Write {
        CHUNKS,
        IMPORT,
        DOCUMENT,
        JOB,
        DELETION,
        DOCUMENT_DELETION;

        boolean isDeletion() {
            return this == DELETION || this == DOCUMENT_DELETION;
        }

        Answer by(Service service, String name) {
            String path = "/collections/" + name;
            String chunk = Desk.chunk("late", 0, TEXT).strip();
            String document = "{\"content\": \"" + TEXT + "\"}";
            Answer answer =
                    switch (this) {
                        case CHUNKS ->
                                service.put(path + "/chunks", "{\"chunks\": [" + chunk + "]}");
                        case IMPORT -> service.post(path + "/import", chunk);
                        case DOCUMENT -> service.put(path + "/documents/late", document);
                        case JOB -> service.put(path + "/documents/late?async=true", document);
                        case DELETION ->
                                service.post(path + "/chunks/delete", "{\"source_id\": \"s0\"}");
                        case DOCUMENT_DELETION -> service.delete(path + "/documents/s0");
                    };
            assertThat(answer.status()).as("%s", answer.body()).isIn(200, 202);
            return answer;
        }
    }

    /** The other one looks for jobs once a minute, and takes none of the test's. */
    @BeforeAll
    void start() {
        String url = database.createDatabase();
        List<String> settings = new ArrayList<>(texts.settings());
        // Each of the tests has the model embed the same text.
        settings.add("tributary.embedding.cache-size=0");
        settings.add("tributary.job.workers=4");
        settings.add("tributary.job.poll-interval=50ms");
        service = Service.at(database, url, settings.toArray(String[]::new));
        desk = new Desk(service);
        settings = new ArrayList<>(texts.settings());
        settings.add("tributary.job.lease=5m");
        settings.add("tributary.job.poll-interval=1m");
        settings.add("tributary.collection.cache-ttl=1m");
        other = Service.at(database, url, settings.toArray(String[]::new));
    }

    @AfterEach
    void open() {
        texts.gate(_ -> {});
    }

    @AfterAll
    void stop() {
        other.close();
        service.close();
        texts.close();
    }

    @ParameterizedTest
    @EnumSource
    void anInstanceThatHasNotHeardOfTheSwitchWritesToTheNewCollection(Write write) {
        String name = name("unheard", write);
        desk.fill(name, 5);
        assertThat(dimension(other, name)).isEqualTo(3);
        desk.succeeded(desk.begin(name));
        assertThat(dimension(other, name)).isEqualTo(3);

        Answer answer = write.by(other, name);

        if (write == Write.JOB) {
            desk.succeeded(job(answer));
        }
        requireWritten(write, name);
        Desk.requireLarge(desk.chunks(name));
    }

    private static String name(String start, Write write) {
        return start + "-" + write.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Of the first chunk's embedding, as an instance finds it. */
    private static int dimension(Service service, String name) {
        return service.get("/collections/" + name + "/chunks?limit=1&include=embedding")
                .body()
                .path("chunks")
                .path(0)
                .path("embedding")
                .size();
    }

    private void requireWritten(Write write, String name) {
        Map<String, String> now = desk.contents(name);
        Map<String, String> before = desk.contents(name + "-before");
        assertThat(before).hasSize(5).containsKey("s0#0");
        if (write.isDeletion()) {
            assertThat(now).hasSize(4).doesNotContainKey("s0#0");
        } else {
            assertThat(now).hasSize(6).containsEntry("late#0", TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DELETION", "DOCUMENT_DELETION"})
    void whatIsUnderWayDuringTheSwitchGoesToTheNewCollection(Write write) throws Exception {
        String name = name("under-way", write);
        fillWithLarge(name);
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        CompletableFuture<Answer> answer =
                CompletableFuture.supplyAsync(() -> write.by(service, name));
        assertThat(asked.await(Desk.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        desk.succeeded(desk.begin(name, "small"));
        open.countDown();

        Answer answered = answer.get(Desk.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (write == Write.JOB) {
            JsonNode job = desk.succeeded(job(answered));
            assertThat(job.path("processed").asLong()).isEqualTo(1);
        }
        requireWritten(write, name);
        assertThat(dimension(service, name)).isEqualTo(3);
    }

    private void fillWithLarge(String name) {
        service.put("/collections/" + name, "{\"model\": \"large\"}");
        for (int i = 0; i < 5; i++) {
            desk.put(name, List.of(Desk.chunk("s" + i, 0, "text " + i)));
        }
    }

    /** Holds the model up as soon as it is to embed the text that is written. */
    private CountDownLatch hold(CountDownLatch asked) {
        var open = new CountDownLatch(1);
        texts.gate(given -> {
            if (given.contains(TEXT)) {
                asked.countDown();
                open.await();
            }
        });
        return open;
    }

    private static UUID job(Answer answer) {
        return UUID.fromString(answer.body().path("job").path("id").asString());
    }

    @Test
    void aJobFromBeforeTheSwitchIsCancelledByWhatIsPutAfterIt() throws Exception {
        fillWithLarge("outrun");
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        UUID older = job(Write.JOB.by(service, "outrun"));
        assertThat(asked.await(Desk.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        desk.succeeded(desk.begin("outrun", "small"));

        service.put("/collections/outrun/documents/late", "{\"content\": \"newer\"}");

        open.countDown();
        assertThat(desk.end(older).path("status").asString()).isEqualTo("cancelled");
        assertThat(desk.contents("outrun")).hasSize(6).containsEntry("late#0", "newer");
    }

    @Test
    void aJobIsCancelledByWhatIsPutByAnotherName() throws Exception {
        fillWithLarge("known");
        desk.alias("known-too", "known");
        var asked = new CountDownLatch(1);
        CountDownLatch open = hold(asked);
        UUID older = job(Write.JOB.by(service, "known-too"));
        assertThat(asked.await(Desk.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        Answer newer =
                service.put(
                        "/collections/known/documents/late?async=true", "{\"content\": \"newer\"}");

        open.countDown();
        assertThat(desk.end(older).path("status").asString()).isEqualTo("cancelled");
        desk.succeeded(job(newer));
        assertThat(desk.contents("known-too")).hasSize(6).containsEntry("late#0", "newer");
    }

    @Test
    void aReplacedCollectionThatIsGoneIsNoReasonToFail() {
        desk.fill("gone", 5);
        assertThat(dimension(other, "gone")).isEqualTo(3);
        desk.succeeded(desk.begin("gone"));
        assertThat(service.delete("/collections/gone-before").status()).isEqualTo(204);
        await().atMost(Desk.PATIENCE)
                .until(() -> other.get("/collections/gone/chunks").status() == 404);

        Write.CHUNKS.by(other, "gone");

        assertThat(desk.contents("gone")).hasSize(6).containsEntry("late#0", TEXT);
    }
}

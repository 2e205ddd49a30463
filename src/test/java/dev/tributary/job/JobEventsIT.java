package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/** What those hear who follow jobs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobEventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final int LISTENERS_MAX = 2;

    private JobInstance instance;
    private JobEvents events;
    private ExecutorService clients;

    @BeforeAll
    void connect() {
        instance = new JobInstance(JobInstance.database(), JobInstance.PROPERTIES);
    }

    @AfterAll
    void disconnect() {
        instance.close();
    }

    @BeforeEach
    void start() {
        clients = Executors.newVirtualThreadPerTaskExecutor();
        events =
                new JobEvents(
                        instance.jobs,
                        JsonMapper.builder().build(),
                        LISTENERS_MAX,
                        new JobEvents.Pacing(SHORT, SHORT.multipliedBy(2)));
        events.start();
    }

    @AfterEach
    void stop() {
        events.stop();
        clients.close();
    }

    private Job submit(String kind) {
        return instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), kind));
    }

    /** Follows a job; the future ends with the stream. */
    private CompletableFuture<Void> follow(Job job, OutputStream out) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        events.stream(
                                instance.jobs.require(Caller.unrestricted("default"), job.id()),
                                out);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                clients);
    }

    private static List<String> lines(ByteArrayOutputStream out, String prefix) {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .toList();
    }

    @Test
    void aJobIsFollowedFromItsStartToItsEnd() {
        var out = new ByteArrayOutputStream();
        Job job = submit("followed");

        var stream = follow(job, out);
        await().atMost(PATIENCE).until(() -> lines(out, "event:").size() == 1);
        var lease =
                instance.leases
                        .claim(UUID.randomUUID(), Set.of("followed"), Duration.ofMinutes(1))
                        .orElseThrow()
                        .lease();
        await().atMost(PATIENCE).until(() -> lines(out, "event:").size() == 2);
        instance.leases.advance(lease, new Progress(3, "3", Failures.NONE), Duration.ofMinutes(1));
        await().atMost(PATIENCE).until(() -> lines(out, "event:").size() == 3);
        instance.leases.finish(lease, JobStatus.SUCCEEDED, null, Failures.NONE);

        assertThat(stream).succeedsWithin(PATIENCE);
        assertThat(lines(out, "event:"))
                .containsExactly(
                        "event: progress", "event: progress", "event: progress", "event: end");
        List<String> data = lines(out, "data:");
        assertThat(data).hasSize(4);
        assertThat(data.get(0)).contains("QUEUED");
        assertThat(data.get(1)).contains("RUNNING");
        assertThat(data.get(2)).contains("\"processed\":3");
        assertThat(data.get(3)).contains("SUCCEEDED");
        assertThat(events.listeners()).isZero();
    }

    @Test
    void aFinishedJobEndsItsStreamAtOnce() throws IOException {
        var out = new ByteArrayOutputStream();
        Job job = instance.jobs.cancel(Caller.unrestricted("default"), submit("finished").id());

        events.stream(job, out);

        assertThat(lines(out, "event:")).containsExactly("event: end");
    }

    @Test
    void nothingNewIsShownToBeAlive() {
        var out = new ByteArrayOutputStream();
        var stream = follow(submit("quiet"), out);

        await().atMost(PATIENCE).until(() -> lines(out, ":").size() >= 3);

        assertThat(lines(out, "event:")).hasSize(1);
        events.stop();
        assertThat(stream).succeedsWithin(PATIENCE);
        assertThat(lines(out, "event:")).doesNotContain("event: end");
    }

    @Test
    void aSlowClientHearsOfTheLastChangeOnly() {
        var changes = 100;
        Job job = submit("busy");
        var lease =
                instance.leases
                        .claim(UUID.randomUUID(), Set.of("busy"), Duration.ofMinutes(1))
                        .orElseThrow()
                        .lease();
        var out = new ByteArrayOutputStream();
        var stream = follow(job, out);

        IntStream.range(0, changes)
                .forEach(_ ->
                        instance.leases.advance(
                                lease, new Progress(1, "1", Failures.NONE), Duration.ofMinutes(1)));
        instance.leases.finish(lease, JobStatus.SUCCEEDED, null, Failures.NONE);

        assertThat(stream).succeedsWithin(PATIENCE);
        assertThat(lines(out, "event:").size()).isLessThan(changes);
        assertThat(lines(out, "data:").getLast()).contains("\"processed\":100");
    }

    @Test
    void aClientThatHasGoneLeavesItsSeat() {
        var streams = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 2 * LISTENERS_MAX; i++) {
            var stream = follow(submit("gone"), new Gone());
            streams.add(stream);
            assertThat(stream).failsWithin(PATIENCE);
        }

        assertThat(streams).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(events.listeners()).isZero();
    }

    /** A connection that breaks after its first event. */
    private static final class Gone extends OutputStream {
        private int writes;

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            writes++;
            if (writes > 1) {
                throw new IOException("broken pipe");
            }
        }
    }

    @Test
    void oneClientTooManyIsRefused() {
        Job job = submit("crowded");
        var streams = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < LISTENERS_MAX; i++) {
            streams.add(follow(job, new ByteArrayOutputStream()));
        }
        await().atMost(PATIENCE).until(() -> events.listeners() == LISTENERS_MAX);
        var out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> events.stream(job, out))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("too_many_listeners"));

        assertThat(out.size()).isZero();
        instance.jobs.cancel(Caller.unrestricted("default"), job.id());
        assertThat(streams).allSatisfy(it -> assertThat(it).succeedsWithin(PATIENCE));
    }

    @Test
    void aJobThatIsDeletedEndsItsStream() {
        Job job = submit("deleted");
        var stream = follow(job, new ByteArrayOutputStream());
        await().atMost(PATIENCE).until(() -> events.listeners() == 1);

        instance.jdbc
                .sql("DELETE FROM embedding_job WHERE id = :id")
                .param("id", job.id())
                .update();

        assertThat(stream).succeedsWithin(PATIENCE);
    }

    @Test
    void aStreamThatBeginsDuringTheStopEnds() throws IOException {
        var out = new ByteArrayOutputStream();
        events.stop();

        events.stream(submit("late"), out);

        assertThat(lines(out, "event:")).containsExactly("event: progress");
    }
}

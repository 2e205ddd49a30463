package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a job whose work fails, in part or as a whole, or is cancelled. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobFailureIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS_MAX = JobInstance.PROPERTIES.attemptsMax();

    private final List<JobInstance> instances = new CopyOnWriteArrayList<>();
    private final AtomicInteger kinds = new AtomicInteger();
    private String url = "";

    @BeforeAll
    void migrate() {
        url = JobInstance.database();
    }

    @AfterEach
    void close() {
        instances.forEach(JobInstance::close);
        instances.clear();
    }

    /** Runs a job to its end. */
    private Job run(Work.Body body) {
        Job job = begin(body);
        return awaitFinished(job);
    }

    private Job begin(Work.Body body) {
        String kind = "kind-" + kinds.incrementAndGet();
        var instance = new JobInstance(url, JobInstance.PROPERTIES, new Work(kind, body));
        instances.add(instance);
        Job job = instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), kind));
        instance.start();
        return job;
    }

    private Job awaitFinished(Job job) {
        await().atMost(PATIENCE).until(() -> look(job).status().isFinished());
        return look(job);
    }

    private Job look(Job job) {
        return instances.getFirst().jobs.require(Caller.unrestricted("default"), job.id());
    }

    private static ServiceException away() {
        return ServiceException.unavailable("model_busy", "the model is busy");
    }

    @Test
    void aFailureThatMayPassIsTriedAgainAndShownMeanwhile() {
        List<String> errors = new CopyOnWriteArrayList<>();
        var attempts = new AtomicInteger();

        Job done =
                run(run -> {
                    Job now =
                            instances
                                    .getFirst()
                                    .jobs
                                    .require(Caller.unrestricted("default"), run.id());
                    errors.add(now.attempts() + " " + now.error());
                    if (attempts.incrementAndGet() < ATTEMPTS_MAX) {
                        throw away();
                    }
                });

        assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(errors).containsExactly("1 null", "2 the model is busy", "3 the model is busy");
        assertThat(done.error()).isNull();
    }

    @Test
    void aJobThatKeepsFailingIsGivenUp() {
        var attempts = new AtomicInteger();

        Job done =
                run(_ -> {
                    attempts.incrementAndGet();
                    throw away();
                });

        assertThat(done.status()).isEqualTo(JobStatus.FAILED);
        assertThat(done.error()).isEqualTo("given up after 3 attempts: the model is busy");
        assertThat(attempts).hasValue(ATTEMPTS_MAX);
    }

    @Test
    void progressStartsTheAttemptsAnew() {
        int hiccups = 3 * ATTEMPTS_MAX;

        Job done =
                run(run -> {
                    Integer place = run.checkpoint(Integer.class);
                    int next = place == null ? 1 : place + 1;
                    run.advance(1, next);
                    if (next <= hiccups) {
                        throw away();
                    }
                });

        assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(done.processed()).isEqualTo(hiccups + 1);
    }

    static Stream<ServiceException> finalFailures() {
        return Stream.of(
                ServiceException.invalid("content", "is empty"),
                ServiceException.impossible("dimension_mismatch", "embedding", "has 2"),
                ServiceException.missing("collection", "docs"),
                ServiceException.conflict("name_taken", "docs is taken"),
                ServiceException.tooLarge("too large"));
    }

    @ParameterizedTest
    @MethodSource("finalFailures")
    void whatWouldFailAgainFailsAtOnce(ServiceException failure) {
        var attempts = new AtomicInteger();

        Job done =
                run(_ -> {
                    attempts.incrementAndGet();
                    throw failure;
                });

        assertThat(done.status()).isEqualTo(JobStatus.FAILED);
        assertThat(done.error()).isEqualTo(failure.getMessage());
        assertThat(attempts).hasValue(1);
    }

    static Stream<Throwable> defects() {
        return Stream.of(new IllegalStateException("secret"), new AssertionError("secret"));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void aDefectIsTriedAgainAndNotTold(Throwable defect) {
        var attempts = new AtomicInteger();

        Job done =
                run(_ -> {
                    attempts.incrementAndGet();
                    switch (defect) {
                        case RuntimeException e -> throw e;
                        case Error e -> throw e;
                        default -> throw new IllegalStateException(defect);
                    }
                });

        assertThat(done.status()).isEqualTo(JobStatus.FAILED);
        assertThat(done.error())
                .contains("an internal error", defect.getClass().getSimpleName())
                .doesNotContain("secret");
        assertThat(attempts).hasValue(ATTEMPTS_MAX);
    }

    @Test
    void itemsThatFailAreCountedAndTheFirstHundredNamed() {
        Job done =
                run(run -> {
                    run.total(151);
                    for (int i = 0; i < 150; i++) {
                        run.itemFailed("doc-" + i, "no text");
                        if (i % 30 == 29) {
                            run.advance(30, i);
                        }
                    }
                    run.itemFailed("last\0" + "x".repeat(600), "y".repeat(3_000));
                });

        assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(done.processed()).isEqualTo(150);
        assertThat(done.failed()).isEqualTo(151);
        assertThat(done.errors()).hasSize(100);
        assertThat(done.errors())
                .extracting(ItemError::item)
                .startsWith("doc-0")
                .endsWith("doc-99");
    }

    @Test
    void anItemThatFailsInATransactionThatIsRepeatedCountsOnce() {
        var tries = new AtomicInteger();

        Job done =
                run(run -> {
                    run.itemFailed("before", "no text");
                    instances
                            .getFirst()
                            .transactions
                            .write(
                                    "items",
                                    connection -> {
                                        run.itemFailed("inside", "no text");
                                        run.advance(2, 2);
                                        if (tries.incrementAndGet() == 1) {
                                            try (var statement = connection.createStatement()) {
                                                statement.execute(
                                                        "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$");
                                            }
                                        }
                                        return true;
                                    });
                });

        assertThat(tries).hasValue(2);
        assertThat(done.processed()).isEqualTo(2);
        assertThat(done.failed()).isEqualTo(2);
        assertThat(done.errors()).extracting(ItemError::item).containsExactly("before", "inside");
    }

    @Test
    void anItemThatFailedBeforeItsAttemptDidIsForgotten() {
        var attempts = new AtomicInteger();

        Job done =
                run(run -> {
                    run.itemFailed("only", "no text");
                    if (attempts.incrementAndGet() == 1) {
                        throw away();
                    }
                });

        assertThat(done.failed()).isOne();
    }

    @Test
    void aJobThatRunsIsCancelledInItsLoop() {
        var begun = new CountDownLatch(1);
        Job job =
                begin(run -> {
                    run.advance(3, "three");
                    begun.countDown();
                    while (true) {
                        run.requireActive();
                        Thread.onSpinWait();
                    }
                });
        await().atMost(PATIENCE).until(() -> begun.getCount() == 0);

        instances.getFirst().jobs.cancel(Caller.unrestricted("default"), job.id());

        Job done = awaitFinished(job);
        assertThat(done.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(done.processed()).isEqualTo(3);
        assertThat(done.error()).isNull();
    }

    @Test
    void aCancelledJobThatWaitsForSomethingIsWoken() {
        var begun = new CountDownLatch(1);
        Job job =
                begin(_ -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                });
        await().atMost(PATIENCE).until(() -> begun.getCount() == 0);

        // Another instance than the one that runs it.
        try (var other = new JobInstance(url, JobInstance.PROPERTIES)) {
            other.jobs.cancel(Caller.unrestricted("default"), job.id());
        }

        assertThat(awaitFinished(job).status()).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void aCancelledJobMakesNoFurtherProgress() {
        Job done =
                run(run -> {
                    instances.getFirst().jobs.cancel(Caller.unrestricted("default"), run.id());
                    run.advance(1, 1);
                });

        assertThat(done.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(done.processed()).isZero();
    }

    @Test
    void workThatBreaksTheRulesOfProgressFails() {
        List<String> messages = new CopyOnWriteArrayList<>();

        Job done =
                run(run -> {
                    for (Runnable wrong :
                            List.<Runnable>of(
                                    () -> run.total(-1),
                                    () -> run.advance(-1, 1),
                                    () -> run.advance(1, "x".repeat(JobRun.CHECKPOINT_MAX)))) {
                        try {
                            wrong.run();
                        } catch (IllegalArgumentException e) {
                            messages.add(String.valueOf(e.getMessage()));
                        }
                    }
                });

        assertThat(messages)
                .containsExactly(
                        "total is -1, must be 0 or more",
                        "processedMore is -1, must be 0 or more",
                        "checkpoint has 65,538 characters, must be at most 65,536");
        assertThat(done.processed()).isZero();
    }
}

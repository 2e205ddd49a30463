package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.job.JobStopped.Reason;
import dev.tributary.security.Caller;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who works on a job, and that nobody else does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobWorkersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Counting.Step NOTHING = (_, _) -> {};

    private final List<JobInstance> instances = new ArrayList<>();
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

    private JobInstance instance(JobWork... works) {
        return instance(JobInstance.PROPERTIES, works);
    }

    private JobInstance instance(JobProperties properties, JobWork... works) {
        var instance = new JobInstance(url, properties, works);
        instances.add(instance);
        return instance;
    }

    private JobInstance counting(String kind, int items, Counting.Step before) {
        var pool = instance();
        return instance(new Counting(kind, items, pool.dataSource, before));
    }

    private static Job submit(JobInstance instance, String kind) {
        return instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), kind));
    }

    private static Job look(JobInstance instance, Job job) {
        return instance.jobs.require(Caller.unrestricted("default"), job.id());
    }

    private static Job awaitStatus(JobInstance instance, Job job, JobStatus status) {
        await().atMost(PATIENCE).until(() -> look(instance, job).status() == status);
        return look(instance, job);
    }

    private static List<Integer> upTo(int items) {
        return IntStream.range(0, items).boxed().toList();
    }

    @Test
    void doesAJobToTheEnd() {
        var instance = counting("plain", 3, NOTHING);
        Job job =
                instance.jobs.submit(
                        JobRequest.of(Caller.unrestricted("default"), "plain")
                                .withCollection(7, "docs")
                                .withJson(List.of("a"))
                                .withBytes(new byte[] {1, 2}));
        assertThat(job.status()).isEqualTo(JobStatus.QUEUED);

        instance.start();

        Job done = awaitStatus(instance, job, JobStatus.SUCCEEDED);
        assertThat(done.processed()).isEqualTo(3);
        assertThat(done.total()).isEqualTo(3);
        assertThat(done.error()).isNull();
        assertThat(done.collection()).isEqualTo("docs");
        assertThat(done.startedAt()).isNotNull().isAfterOrEqualTo(done.createdAt());
        assertThat(done.completedAt()).isNotNull().isAfterOrEqualTo(done.startedAt());
        assertThat(instance.items(job)).isEqualTo(upTo(3));
        assertThat(instance.leases.bytes(job.id())).isNull();
        assertThat(instance.leases.json(job.id())).isNull();
        assertThat(instance.count("plain", JobStatus.SUCCEEDED)).isOne();
    }

    @Test
    void workReadsItsPayload() {
        var seen = new AtomicReference<List<?>>(List.of());
        var instance =
                instance(
                        new Work(
                                "payload",
                                run ->
                                        seen.set(
                                                List.of(
                                                        run.payload(List.class),
                                                        run.payload().length,
                                                        run.caller().namespace(),
                                                        Objects.requireNonNull(
                                                                run.collectionId())))));
        Job job =
                instance.jobs.submit(
                        JobRequest.of(Caller.unrestricted("team"), "payload")
                                .withCollection(7, "docs")
                                .withJson(List.of("a\0b"))
                                .withBytes(new byte[100]));

        instance.start();

        await().atMost(PATIENCE)
                .until(() ->
                        instance.jobs.require(Caller.unrestricted("team"), job.id()).status()
                                == JobStatus.SUCCEEDED);
        assertThat(seen.get()).isEqualTo(List.of(List.of("a\0b"), 100, "team", 7L));
    }

    @Test
    void anotherInstanceGoesOnWhereOneThatHangsStopped() {
        var hangs = new CountDownLatch(1);
        var stopped = new AtomicReference<Reason>();
        var pool = instance();
        var count =
                new Counting(
                        "taken-over",
                        10,
                        pool.dataSource,
                        (_, item) -> {
                            if (item == 5) {
                                hangs.await();
                            }
                        });
        var old =
                instance(
                        JobInstance.ONE_WORKER,
                        new Work(
                                "taken-over",
                                run -> {
                                    try {
                                        count.run(run);
                                    } catch (JobStopped e) {
                                        stopped.set(e.reason());
                                        throw e;
                                    }
                                }));
        var began = new AtomicInteger(-1);
        var next = counting("taken-over", 10, (_, item) -> began.compareAndSet(-1, item));
        Job job = submit(old, "taken-over");
        old.startWithoutHeartbeat();
        await().atMost(PATIENCE).until(() -> look(old, job).processed() == 5);

        next.start();
        Job done = awaitStatus(next, job, JobStatus.SUCCEEDED);
        hangs.countDown();

        await().atMost(PATIENCE).until(() -> stopped.get() != null);
        assertThat(stopped).hasValue(Reason.LEASE_LOST);
        assertThat(began).hasValue(5);
        assertThat(done.processed()).isEqualTo(10);
        old.stop();
        assertThat(look(next, job)).isEqualTo(done);
        assertThat(next.items(job)).isEqualTo(upTo(10));
    }

    @Test
    void whatALostLeaseWritesIsUndoneWithItsTransaction() {
        var instance = instance();
        Job job = submit(instance, "fenced");
        var lost = instance.leases.claim(UUID.randomUUID(), List.of("fenced"), Duration.ZERO);
        var held =
                instance.leases.claim(UUID.randomUUID(), List.of("fenced"), Duration.ofMinutes(1));
        assertThat(held).isPresent();
        JobRun run = instance.attempts.hold(lost.orElseThrow());

        instance.attempts.make(run, new Counting("fenced", 3, instance.dataSource, NOTHING));

        assertThat(run.stopped()).isEqualTo(Reason.LEASE_LOST);
        assertThat(instance.items(job)).isEmpty();
        Job now = look(instance, job);
        assertThat(now.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(now.total()).isNull();
        assertThat(now.attempts()).isEqualTo(2);
    }

    @Test
    void aLostLeaseNeitherEndsAJobNorReturnsIt() {
        var instance = instance();
        Job job = submit(instance, "fenced-end");
        var claim =
                instance.leases
                        .claim(UUID.randomUUID(), List.of("fenced-end"), Duration.ZERO)
                        .orElseThrow();
        instance.leases.claim(UUID.randomUUID(), List.of("fenced-end"), Duration.ofMinutes(1));
        Job before = look(instance, job);

        boolean isFinished =
                instance.leases.finish(claim.lease(), JobStatus.FAILED, "late", Failures.NONE);
        var requeued = instance.leases.requeue(claim.lease(), Duration.ZERO, "late", true);

        assertThat(isFinished).isFalse();
        assertThat(requeued).isEmpty();
        assertThat(look(instance, job)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void anInstanceThatShowsLifeKeepsItsJob() {
        var blocked = new CountDownLatch(1);
        var begun = new AtomicInteger();
        Counting.Step step =
                (_, _) -> {
                    begun.incrementAndGet();
                    blocked.await();
                };
        var holder = counting("kept", 1, step);
        var rival = counting("kept", 1, step);
        Job job = submit(holder, "kept");
        holder.start();
        await().atMost(PATIENCE).until(() -> begun.get() == 1);
        var until = leaseUntil(holder, job);

        rival.start();
        // Twice the lease: had nobody renewed it, the rival would have had the job long since.
        await().atMost(PATIENCE)
                .until(() ->
                        leaseUntil(holder, job)
                                .isAfter(
                                        until.plus(
                                                JobInstance.PROPERTIES.lease().multipliedBy(2))));
        blocked.countDown();

        awaitStatus(holder, job, JobStatus.SUCCEEDED);
        assertThat(begun).hasValue(1);
        assertThat(holder.items(job)).isEqualTo(upTo(1));
    }

    private static OffsetDateTime leaseUntil(JobInstance instance, Job job) {
        return instance.jdbc
                .sql("SELECT lease_until FROM embedding_job WHERE id = :id")
                .param("id", job.id())
                .query(OffsetDateTime.class)
                .single();
    }

    @Test
    void aWriteThatTakesLongerThanTheLeaseKeepsTheJob() {
        var instance = instance();
        Job job = submit(instance, "long-write");
        var claim =
                instance.leases
                        .claim(UUID.randomUUID(), List.of("long-write"), Duration.ofMillis(1))
                        .orElseThrow();
        JobRun run = instance.attempts.hold(claim);
        var rival = new AtomicReference<Object>();

        instance.transactions.write(
                "item",
                _ -> {
                    run.advance(1, new Counting.Place(1));
                    // From another thread, and so another connection.
                    var other =
                            Thread.ofVirtual()
                                    .start(() ->
                                            rival.set(
                                                    instance.leases.claim(
                                                            UUID.randomUUID(),
                                                            List.of("long-write"),
                                                            Duration.ofMinutes(1))));
                    join(other);
                    return true;
                });

        assertThat(rival.get()).isEqualTo(Optional.empty());
        assertThat(leaseUntil(instance, job)).isAfter(OffsetDateTime.now(ZoneOffset.UTC));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStopGivesTheJobBackAtOnce() {
        var reached = new CountDownLatch(1);
        var old =
                counting(
                        "returned",
                        10,
                        (_, item) -> {
                            if (item == 4) {
                                reached.countDown();
                                new CountDownLatch(1).await();
                            }
                        });
        Job job = submit(old, "returned");
        old.start();
        await().atMost(PATIENCE).until(() -> reached.getCount() == 0);

        old.stop();

        Job waiting = look(old, job);
        assertThat(waiting.status()).isEqualTo(JobStatus.QUEUED);
        assertThat(waiting.processed()).isEqualTo(4);
        assertThat(waiting.attempts()).isZero();
        assertThat(waiting.error()).isNull();
        var next = counting("returned", 10, NOTHING).start();
        awaitStatus(next, job, JobStatus.SUCCEEDED);
        assertThat(next.items(job)).isEqualTo(upTo(10));
    }

    @Test
    void twoInstancesProcessEveryItemOfFiftyJobsOnce() {
        var both = new ArrayList<JobInstance>();
        for (int i = 0; i < 2; i++) {
            both.add(counting("crowd", 20, NOTHING));
        }
        List<Job> jobs =
                IntStream.range(0, 50).mapToObj(_ -> submit(both.get(0), "crowd")).toList();

        both.forEach(JobInstance::start);

        for (Job job : jobs) {
            Job done = awaitStatus(both.get(0), job, JobStatus.SUCCEEDED);
            assertThat(done.processed()).isEqualTo(20);
            assertThat(both.get(0).items(job)).isEqualTo(upTo(20));
        }
        assertThat(both)
                .allSatisfy(it -> assertThat(it.count("crowd", JobStatus.SUCCEEDED)).isPositive());
    }

    @Test
    void aJobThatEndsItsProcessEveryTimeIsGivenUp() {
        var begun = new AtomicInteger();
        var instance = instance(new Work("poison", _ -> begun.incrementAndGet()));
        Job job = submit(instance, "poison");
        for (int i = 0; i < JobInstance.PROPERTIES.attemptsMax(); i++) {
            assertThat(instance.leases.claim(UUID.randomUUID(), List.of("poison"), Duration.ZERO))
                    .isPresent();
        }

        instance.start();

        Job done = awaitStatus(instance, job, JobStatus.FAILED);
        assertThat(done.error())
                .isEqualTo("given up after 3 attempts: the process ended during each one");
        assertThat(begun).hasValue(0);
    }

    @Test
    void aCancelledJobOfADeadInstanceIsNotTakenUpAgain() {
        var begun = new AtomicInteger();
        var instance = instance(new Work("dead", _ -> begun.incrementAndGet()));
        Job job = submit(instance, "dead");
        instance.leases.claim(UUID.randomUUID(), List.of("dead"), Duration.ZERO);
        assertThat(instance.jobs.cancel(Caller.unrestricted("default"), job.id()).status())
                .isEqualTo(JobStatus.RUNNING);

        instance.start();

        awaitStatus(instance, job, JobStatus.CANCELLED);
        assertThat(begun).hasValue(0);
    }
}

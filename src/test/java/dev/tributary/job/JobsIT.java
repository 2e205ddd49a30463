package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How jobs are submitted, replaced, cancelled and cleared away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private String url = "";
    private JobInstance instance;

    @BeforeAll
    void migrate() {
        url = JobInstance.database();
        instance = new JobInstance(url, JobInstance.PROPERTIES);
    }

    @AfterAll
    void close() {
        instance.close();
    }

    private Job look(Job job) {
        return instance.jobs.require(Caller.unrestricted(job.namespace()), job.id());
    }

    @Test
    void aJobIsSubmittedWithTheTransactionOrNotAtAll() {
        var id = new CopyOnWriteArrayList<UUID>();

        assertThatThrownBy(() ->
                        instance.transactions.write(
                                "document",
                                _ -> {
                                    id.add(submit("joined", "one").id());
                                    throw ServiceException.tooLarge("too large");
                                }))
                .isInstanceOf(ServiceException.class);

        assertThat(instance.jobs.find(Caller.unrestricted("default"), id.getFirst())).isEmpty();
    }

    private Job submit(String kind, String key) {
        return instance.jobs.submit(
                JobRequest.of(Caller.unrestricted("default"), kind).withKey(key));
    }

    @Test
    void aJobIsBegunOnceItIsCommitted() {
        // It looks for jobs by itself once a minute.
        var slow =
                new JobProperties(
                        1,
                        Duration.ofHours(1),
                        Duration.ofMinutes(1),
                        3,
                        Duration.ofMillis(10),
                        Duration.ofMillis(10),
                        Duration.ofDays(1),
                        100,
                        10);
        var begun = new CountDownLatch(2);
        try (var waking = new JobInstance(url, slow, new Work("woken", _ -> begun.countDown()))) {
            waking.start();
            Job first = waking.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "woken"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> look(first).status() == JobStatus.SUCCEEDED);

            waking.transactions.write(
                    "document",
                    _ ->
                            waking.jobs.submit(
                                    JobRequest.of(Caller.unrestricted("default"), "woken")));

            await().atMost(Duration.ofSeconds(30)).until(() -> begun.getCount() == 0);
        }
    }

    private static JobQuery query(String kind) {
        return new JobQuery(Caller.unrestricted("default"), null, kind, null, null, 100);
    }

    @Test
    void aNewerJobReplacesOneThatWaits() {
        Job older =
                instance.jobs.submit(
                        JobRequest.of(Caller.unrestricted("default"), "replaced")
                                .withBytes(new byte[10])
                                .withKey("a.md"));
        Job newer = submit("replaced", "a.md");
        Job other = submit("replaced", "b.md");

        assertThat(look(older).status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(look(older).error()).isEqualTo("replaced by a newer job");
        assertThat(instance.leases.bytes(older.id())).isNull();
        assertThat(look(newer).status()).isEqualTo(JobStatus.QUEUED);
        assertThat(look(other).status()).isEqualTo(JobStatus.QUEUED);
    }

    @Test
    void aKeyIsOneOfItsNamespaceAndKind() {
        Job one = submit("keyed", "a.md");
        Job otherKind = submit("keyed-otherwise", "a.md");
        Job elsewhere =
                instance.jobs.submit(
                        JobRequest.of(Caller.unrestricted("elsewhere"), "keyed").withKey("a.md"));

        assertThat(List.of(one, otherKind, elsewhere))
                .allSatisfy(it -> assertThat(look(it).status()).isEqualTo(JobStatus.QUEUED));
    }

    @Test
    void aNewerJobWaitsForOneThatRuns() {
        var claim = List.of("waiting");
        var owner = UUID.randomUUID();
        submit("waiting", "a.md");
        var running = instance.leases.claim(owner, claim, Duration.ofMinutes(1)).orElseThrow();
        Job newer = submit("waiting", "a.md");

        assertThat(instance.leases.claim(owner, claim, Duration.ofMinutes(1))).isEmpty();

        instance.leases.finish(running.lease(), JobStatus.SUCCEEDED, null, Failures.NONE);
        assertThat(instance.leases.claim(owner, claim, Duration.ofMinutes(1)))
                .hasValueSatisfying(it -> assertThat(it.lease().job()).isEqualTo(newer.id()));
    }

    @Test
    void aReplacedJobThatFailsIsNotTriedAgain() {
        var owner = UUID.randomUUID();
        Job older = submit("outdated", "a.md");
        var running =
                instance.leases
                        .claim(owner, List.of("outdated"), Duration.ofMinutes(1))
                        .orElseThrow();
        submit("outdated", "a.md");

        var status = instance.leases.requeue(running.lease(), Duration.ZERO, "busy", true);

        assertThat(status).hasValue(JobStatus.CANCELLED);
        assertThat(look(older).error()).isEqualTo("replaced by a newer job");
    }

    @Test
    void ofManySubmittedAtOnceOneIsLeft() throws InterruptedException {
        var together = new CountDownLatch(1);
        var failures = new CopyOnWriteArrayList<Throwable>();
        List<Thread> threads =
                IntStream.range(0, 5)
                        .mapToObj(_ ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            try {
                                                together.await();
                                                submit("race", "a.md");
                                            } catch (InterruptedException | RuntimeException e) {
                                                failures.add(e);
                                            }
                                        }))
                        .toList();

        together.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(instance.jobs.list(query("race")))
                .extracting(Job::status)
                .containsOnlyOnce(JobStatus.QUEUED)
                .hasSize(5);
    }

    @Test
    void aNamespaceHasSoManyUnfinishedJobs() {
        var few =
                new JobProperties(
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(50),
                        3,
                        Duration.ofMillis(10),
                        Duration.ofMillis(10),
                        Duration.ofDays(1),
                        2,
                        10);
        try (var full = new JobInstance(url, few)) {
            var request = JobRequest.of(Caller.unrestricted("full"), "full").withKey("a.md");
            full.jobs.submit(JobRequest.of(Caller.unrestricted("full"), "full"));
            full.jobs.submit(request);

            // Replaces the one before, so that there are no more.
            Job last = full.jobs.submit(request);

            assertThatThrownBy(() ->
                            full.jobs.submit(JobRequest.of(Caller.unrestricted("full"), "full")))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.code()).isEqualTo("job_queue_full"));
            full.jobs.submit(JobRequest.of(Caller.unrestricted("not-full"), "full"));
            full.jobs.cancel(Caller.unrestricted("full"), last.id());
            full.jobs.submit(JobRequest.of(Caller.unrestricted("full"), "full"));
        }
    }

    @Test
    void aJobThatWaitsIsCancelledAtOnceAndForever() {
        Job job =
                instance.jobs.submit(
                        JobRequest.of(Caller.unrestricted("default"), "cancelled")
                                .withJson(1)
                                .withBytes(new byte[1]));

        Job cancelled = instance.jobs.cancel(Caller.unrestricted("default"), job.id());
        Job again = instance.jobs.cancel(Caller.unrestricted("default"), job.id());

        assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(cancelled.completedAt()).isNotNull();
        assertThat(again).isEqualTo(cancelled);
        assertThat(instance.leases.json(job.id())).isNull();
        assertThat(instance.leases.claim(UUID.randomUUID(), Set.of("cancelled"), Duration.ZERO))
                .isEmpty();
        assertThat(instance.count("cancelled", JobStatus.CANCELLED)).isOne();
    }

    @Test
    void theJobsOfAnotherNamespaceAreNotThere() {
        Job job = instance.jobs.submit(JobRequest.of(Caller.unrestricted("mine"), "private"));

        assertThat(instance.jobs.find(Caller.unrestricted("yours"), job.id())).isEmpty();
        assertThatThrownBy(() -> instance.jobs.cancel(Caller.unrestricted("yours"), job.id()))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("job_not_found"));
        assertThat(look(job).status()).isEqualTo(JobStatus.QUEUED);
    }

    @Test
    void finishedJobsAreDeletedOnceTheyAreOld() {
        Job old = instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "old"));
        Job recent = instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "old"));
        Job unfinished = instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "old"));
        instance.jobs.cancel(Caller.unrestricted("default"), old.id());
        instance.jobs.cancel(Caller.unrestricted("default"), recent.id());
        age(old, "31 days");
        age(recent, "29 days");
        instance.jdbc
                .sql(
                        "UPDATE embedding_job SET created_at = now() - interval '1 year' WHERE id = :id")
                .param("id", unfinished.id())
                .update();

        instance.housekeeping.run(Set.of("old"));

        assertThat(instance.jobs.find(Caller.unrestricted("default"), old.id())).isEmpty();
        assertThat(instance.jobs.find(Caller.unrestricted("default"), recent.id())).isPresent();
        assertThat(instance.jobs.find(Caller.unrestricted("default"), unfinished.id())).isPresent();
    }

    private void age(Job job, String age) {
        instance.jdbc
                .sql(
                        "UPDATE embedding_job SET completed_at = now() - CAST(:age AS interval)"
                                + " WHERE id = :id")
                .param("age", age)
                .param("id", job.id())
                .update();
    }

    @Test
    void aJobThatNobodyDoesSaysSoUntilSomebodyDoes() {
        Job job =
                instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "unknown-kind"));
        Job known =
                instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "known-kind"));

        instance.housekeeping.run(Set.of("known-kind"));

        assertThat(look(job).status()).isEqualTo(JobStatus.QUEUED);
        assertThat(look(job).error())
                .isEqualTo("waiting: the service has no worker for jobs of kind unknown-kind");
        assertThat(look(known).error()).isNull();
        var begun = new AtomicInteger();
        try (var able =
                new JobInstance(
                        url,
                        JobInstance.PROPERTIES,
                        new Work("unknown-kind", _ -> begun.incrementAndGet()))) {
            able.start();
            await().atMost(PATIENCE).until(() -> look(job).status() == JobStatus.SUCCEEDED);
            assertThat(look(job).error()).isNull();
        }
    }

    @Test
    void aJobThatADeadInstanceLeftAndNobodyDoesWaitsAgain() {
        Job job = instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "left"));
        instance.leases.claim(UUID.randomUUID(), Set.of("left"), Duration.ZERO);

        instance.housekeeping.run(Set.of());

        assertThat(look(job).status()).isEqualTo(JobStatus.QUEUED);
        assertThat(look(job).error())
                .isEqualTo("waiting: the service has no worker for jobs of kind left");
    }

    @Test
    void theRateIsThatOfThePresentRun() {
        var owner = UUID.randomUUID();
        Job job = instance.jobs.submit(JobRequest.of(Caller.unrestricted("default"), "paced"));
        var first = instance.leases.claim(owner, Set.of("paced"), Duration.ZERO).orElseThrow();
        instance.leases.total(first.lease(), 300);
        instance.leases.advance(
                first.lease(), new Progress(100, "1", Failures.NONE), Duration.ZERO);
        assertThat(look(job).ratePerSecond()).isPositive();
        instance.jdbc
                .sql("UPDATE embedding_job SET lease_until = now() WHERE kind = 'paced'")
                .update();

        var second =
                instance.leases.claim(owner, Set.of("paced"), Duration.ofMinutes(1)).orElseThrow();

        assertThat(look(job).ratePerSecond()).isNull();
        assertThat(look(job).etaSeconds()).isNull();
        instance.leases.advance(
                second.lease(), new Progress(50, "2", Failures.NONE), Duration.ZERO);
        // Ten seconds ago at least, so that 50 items are 5 a second at most.
        instance.jdbc
                .sql(
                        "UPDATE embedding_job SET run_started_at = now() - interval '10 s'"
                                + " WHERE kind = 'paced'")
                .update();
        Job paced = look(job);
        assertThat(paced.ratePerSecond()).isBetween(0.5, 5.0);
        assertThat(paced.etaSeconds()).isBetween(30L, 300L);
        instance.leases.finish(second.lease(), JobStatus.SUCCEEDED, null, Failures.NONE);
        assertThat(look(job).ratePerSecond()).isNull();
    }

    @Test
    void whatIsNoNameIsRefused() {
        assertThatThrownBy(() -> JobRequest.of(Caller.unrestricted("A"), "kind"))
                .hasMessageContaining("namespace is \"A\"");
        assertThatThrownBy(() -> JobRequest.of(Caller.unrestricted("a"), "-kind"))
                .hasMessageContaining("kind is \"-kind\"");
        assertThatThrownBy(
                        () -> JobRequest.of(Caller.unrestricted("a"), "kind").withCollection(1, ""))
                .hasMessageContaining("collection is \"\"");
        assertThatThrownBy(() -> JobRequest.requireSize(JobRequest.PAYLOAD_MAX + 1))
                .hasMessageContaining("268,435,457 bytes, must be 0 to 268,435,456");
    }

    @Test
    void twoBeansOfOneKindStopTheStart() {
        try (var twice =
                new JobInstance(
                        url,
                        JobInstance.PROPERTIES,
                        new Work("twice", _ -> {}),
                        new Work("twice", _ -> {}))) {
            assertThatThrownBy(twice::start)
                    .hasMessageContaining("two beans run jobs of kind twice");
        }
    }
}

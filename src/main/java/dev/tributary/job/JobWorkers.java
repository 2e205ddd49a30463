package dev.tributary.job;

import dev.tributary.background.BackgroundTask;
import dev.tributary.job.JobStopped.Reason;
import dev.tributary.job.LeaseRows.Claim;
import dev.tributary.security.Names;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs: takes due jobs and gives each a thread, up to {@code tributary.job.workers} at the
 * same time. When stopped, it returns its jobs to the queue. Safe for use by many threads.
 */
final class JobWorkers extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(JobWorkers.class);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);
    private static final Duration HOUSEKEEPING_INTERVAL = Duration.ofSeconds(30);

    private final Supplier<List<JobWork>> beans;
    private final JobAttempts attempts;
    private final JobHousekeeping housekeeping;
    private final JobSignal signal;
    private final JobProperties properties;
    private final Semaphore slots;
    private Map<String, JobWork> works = Map.of();
    private long housekeptNanos = System.nanoTime() - HOUSEKEEPING_INTERVAL.toNanos();

    /**
     * Does nothing before it is started.
     *
     * @param beans called once, at the start, because work may itself submit jobs
     */
    JobWorkers(
            Supplier<List<JobWork>> beans,
            JobAttempts attempts,
            JobHousekeeping housekeeping,
            JobSignal signal,
            JobProperties properties) {
        super("dispatch of jobs", properties.pollInterval(), Thread.ofPlatform().daemon());
        this.beans = beans;
        this.attempts = attempts;
        this.housekeeping = housekeeping;
        this.signal = signal;
        this.properties = properties;
        slots = new Semaphore(properties.workers());
    }

    @Override
    public void start() {
        works = byKind(beans.get());
        super.start();
    }

    private static Map<String, JobWork> byKind(List<JobWork> beans) {
        Map<String, JobWork> works = new HashMap<>();
        for (JobWork work : beans) {
            JobWork other = works.put(Names.require("kind", work.kind()), work);
            if (other != null) {
                throw new IllegalStateException(
                        "two beans run jobs of kind %s: %s and %s"
                                .formatted(work.kind(), other, work));
            }
        }
        return Map.copyOf(works);
    }

    /**
     * A job whose work does not end in time keeps its lease, and continues elsewhere once it
     * expires.
     */
    @Override
    public void stop() {
        if (!isRunning()) {
            return;
        }
        super.stop();
        attempts.stopAll(Reason.SHUTDOWN);
        try {
            if (slots.tryAcquire(properties.workers(), STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                slots.release(properties.workers());
            } else {
                log.warn("jobs did not end within {} s; they resume later", STOP_MAX.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected Duration round() throws InterruptedException {
        long nowNanos = System.nanoTime();
        if (nowNanos - housekeptNanos >= HOUSEKEEPING_INTERVAL.toNanos()) {
            housekeptNanos = nowNanos;
            housekeeping.run(works.keySet());
        }
        if (slots.tryAcquire(properties.pollInterval().toMillis(), TimeUnit.MILLISECONDS)) {
            dispatch();
        }
        return Duration.ZERO;
    }

    /** Begins a job, or waits for one. Called with a free slot. */
    private void dispatch() throws InterruptedException {
        boolean isTaken = false;
        try {
            isTaken = begin();
        } finally {
            if (!isTaken) {
                slots.release();
            }
        }
        if (!isTaken) {
            signal.await(properties.pollInterval());
        }
    }

    private boolean begin() {
        Optional<Claim> claim = attempts.claim(works.keySet());
        JobWork work = claim.map(Claim::kind).map(works::get).orElse(null);
        if (claim.isEmpty() || work == null) {
            return false;
        }
        JobRun run = attempts.hold(claim.get());
        Thread.ofPlatform()
                .name("job-" + run.id())
                .daemon()
                .start(() -> {
                    try {
                        attempts.make(run, work);
                    } finally {
                        slots.release();
                        signal.wake();
                    }
                });
        return true;
    }
}

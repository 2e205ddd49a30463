package dev.tributary.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * Jobs as metrics: {@code job_active} of this instance, {@code job_queued} of the database as this
 * instance last saw it, and the counter {@code job_total}, by kind and status, of jobs that this
 * instance finished. Safe for use by many threads.
 */
@Component
class JobMetrics {
    private final MeterRegistry registry;
    private final AtomicLong active = new AtomicLong();
    private final AtomicLong queued = new AtomicLong();

    JobMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("job_active", active, AtomicLong::doubleValue)
                .description("jobs running in this instance")
                .register(registry);
        Gauge.builder("job_queued", queued, AtomicLong::doubleValue)
                .description("jobs waiting, in all instances")
                .register(registry);
    }

    void active(int count) {
        active.set(count);
    }

    void queued(long count) {
        queued.set(count);
    }

    void finished(String kind, JobStatus status, long count) {
        Counter.builder("job")
                .description("finished jobs")
                .tag("kind", kind)
                .tag("status", status.word())
                .register(registry)
                .increment((double) count);
    }
}

package dev.tributary.job;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How jobs are run and kept.
 *
 * @param workers jobs that one instance runs at the same time, 1 to 64
 * @param lease how long a job stays with an instance that does not renew its lease, 1 second to 1
 *     hour; leases are renewed three times as often
 * @param pollInterval how often to look for jobs and cancellations of other instances, 50 ms to 1
 *     minute, at most a third of the lease
 * @param attemptsMax attempts without progress after which a job is given up, 1 to 100
 * @param backoffMin wait after the first failed attempt, doubled after each further one, 10 ms to 1
 *     hour
 * @param backoffMax longest wait, up to 1 day
 * @param retention how long finished jobs are kept, 1 minute to 3,650 days
 * @param queueMax most unfinished jobs of a namespace, 1 to 1,000,000
 * @param listenersMax most clients that follow jobs at the same time, 1 to 10,000
 */
@Validated
@ConfigurationProperties(prefix = "tributary.job", ignoreUnknownFields = false)
record JobProperties(
        @DefaultValue("2") @Min(1) @Max(64) int workers,
        @DefaultValue("60s") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration lease,
        @DefaultValue("1s") @DurationMin(millis = 50) @DurationMax(minutes = 1)
                Duration pollInterval,
        @DefaultValue("8") @Min(1) @Max(100) int attemptsMax,
        @DefaultValue("1s") @DurationMin(millis = 10) @DurationMax(hours = 1) Duration backoffMin,
        @DefaultValue("5m") @DurationMin(millis = 10) @DurationMax(days = 1) Duration backoffMax,
        @DefaultValue("30d") @DurationMin(minutes = 1) @DurationMax(days = 3_650)
                Duration retention,
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int queueMax,
        @DefaultValue("100") @Min(1) @Max(10_000) int listenersMax) {
    JobProperties {
        if (pollInterval.multipliedBy(3).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "tributary.job.poll-interval is %s, must be at most a third of tributary.job.lease, which is %s"
                            .formatted(pollInterval, lease));
        }
        if (backoffMin.compareTo(backoffMax) > 0) {
            throw new IllegalArgumentException(
                    "tributary.job.backoff-min is %s, must be at most tributary.job.backoff-max, which is %s"
                            .formatted(backoffMin, backoffMax));
        }
    }

    /**
     * The wait before the next attempt, without jitter: doubled with each attempt.
     *
     * @param attempts number of failed attempts, from 1
     */
    Duration backoff(int attempts) {
        int doublings = Math.min(attempts - 1, 30);
        Duration wait = backoffMin.multipliedBy(1L << doublings);
        return wait.compareTo(backoffMax) < 0 ? wait : backoffMax;
    }
}

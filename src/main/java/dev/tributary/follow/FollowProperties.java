package dev.tributary.follow;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How derived stores are kept in step.
 *
 * @param batch most chunks that are read and written together
 * @param pollInterval how often the change log is looked at
 * @param lease how long an instance keeps a copy to itself without renewing that; longer than a
 *     call of a store may take
 * @param retryInterval time until a change that could not be applied is tried again, and the
 *     longest pause while a store is unavailable
 * @param dropAfter how long a copy that was replaced is kept; longer than a search takes
 * @param verifyInterval how often each copy is compared with its collection; 0 for never
 */
@Validated
@ConfigurationProperties(prefix = "tributary.follow", ignoreUnknownFields = false)
record FollowProperties(
        @DefaultValue("512") @Min(1) @Max(1_000) int batch,
        @DefaultValue("100ms") @DurationMin(millis = 1) @DurationMax(minutes = 1)
                Duration pollInterval,
        @DefaultValue("30s") @DurationMin(millis = 100) @DurationMax(hours = 1) Duration lease,
        @DefaultValue("10s") @DurationMin(millis = 10) @DurationMax(hours = 1)
                Duration retryInterval,
        @DefaultValue("5m") @DurationMin(millis = 0) @DurationMax(days = 30) Duration dropAfter,
        @DefaultValue("1d") @DurationMin(millis = 0) @DurationMax(days = 365)
                Duration verifyInterval) {}

package dev.tributary.sync;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How far followers may fall behind their collections.
 *
 * @param changesMax most changes that are kept for a follower; a follower with more is marked as
 *     broken
 * @param changeAgeMax how long a change is kept for a follower; a follower with older changes is
 *     marked as broken
 * @param trimInterval how often changes that every follower was told of are deleted, and these
 *     limits are enforced
 * @param toldKept how long a change is kept after every follower was told of it: longer than any
 *     search takes that reads the changes since it began
 * @param catchUpInterval how often a first copy catches up with changes
 */
@Validated
@ConfigurationProperties(prefix = "tributary.sync", ignoreUnknownFields = false)
record SyncProperties(
        @DefaultValue("1000000") @Min(1_000) @Max(1_000_000_000) long changesMax,
        @DefaultValue("7d") @DurationMin(minutes = 1) @DurationMax(days = 365)
                Duration changeAgeMax,
        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(hours = 1)
                Duration trimInterval,
        @DefaultValue("30s") @DurationMin(seconds = 15) @DurationMax(hours = 1) Duration toldKept,
        @DefaultValue("30s") @DurationMin(millis = 1) @DurationMax(hours = 1)
                Duration catchUpInterval) {}

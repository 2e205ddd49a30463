package dev.tributary.indexing;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.validation.annotation.Validated;

/**
 * How indexes are kept up to date.
 *
 * @param checkInterval how often to look for indexes that lack rows, and for changes that another
 *     instance left unfinished; rows that this instance writes are indexed at once
 * @param workers collections whose indexes are brought up to date concurrently; each takes a
 *     connection
 * @param upkeepSchedule when the storage of collections is maintained, as a cron expression
 *     (second, minute, hour, day of month, month, day of week) in the time zone of the service; -
 *     for never
 */
@Validated
@ConfigurationProperties(prefix = "tributary.indexing", ignoreUnknownFields = false)
record IndexingProperties(
        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(hours = 1)
                Duration checkInterval,
        @DefaultValue("2") @Min(1) @Max(64) int workers,
        @DefaultValue("0 0 3 * * *") String upkeepSchedule) {
    private static final String NEVER = "-";

    IndexingProperties {
        if (!upkeepSchedule.equals(NEVER) && !CronExpression.isValidExpression(upkeepSchedule)) {
            throw new IllegalArgumentException(
                    "tributary.indexing.upkeep-schedule is \"%s\", must be six fields such as 0 0 3 * * *, or -"
                            .formatted(upkeepSchedule));
        }
    }

    /** The schedule; null for never. */
    @Nullable CronExpression upkeep() {
        return upkeepSchedule.equals(NEVER) ? null : CronExpression.parse(upkeepSchedule);
    }
}

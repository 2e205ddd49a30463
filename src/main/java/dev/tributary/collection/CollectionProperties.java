package dev.tributary.collection;

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
 * How the catalogue is kept.
 *
 * @param cacheTtl how long another instance may go on with what it knows of a collection after it
 *     was changed; up to 1 minute
 * @param indexCheckInterval how often to look for indexes that are behind their rows, and for
 *     changes that another instance left behind; what is written here is indexed at once
 * @param indexWorkers collections whose indexes are brought up to date at once; each takes a
 *     connection
 * @param upkeepSchedule when collections are tidied: second, minute, hour, day of month, month, day
 *     of week, in the time zone of the service; - for never
 */
@Validated
@ConfigurationProperties(prefix = "tributary.collection", ignoreUnknownFields = false)
record CollectionProperties(
        @DefaultValue("1s") @DurationMin(millis = 0) @DurationMax(minutes = 1) Duration cacheTtl,
        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(hours = 1)
                Duration indexCheckInterval,
        @DefaultValue("2") @Min(1) @Max(64) int indexWorkers,
        @DefaultValue("0 0 3 * * *") String upkeepSchedule) {
    private static final String NEVER = "-";

    CollectionProperties {
        if (!upkeepSchedule.equals(NEVER) && !CronExpression.isValidExpression(upkeepSchedule)) {
            throw new IllegalArgumentException(
                    "tributary.collection.upkeep-schedule is \"%s\", must be six fields such as 0 0 3 * * *, or -"
                            .formatted(upkeepSchedule));
        }
    }

    /** Null for never. */
    @Nullable CronExpression upkeep() {
        return upkeepSchedule.equals(NEVER) ? null : CronExpression.parse(upkeepSchedule);
    }
}

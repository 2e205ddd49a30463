package dev.tributary.reembed;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How collections are re-embedded.
 *
 * @param batch most chunks that are read, embedded and written together, 1 to 1,000
 * @param settle after the switch, how long no write may have come to the old collection before it
 *     is no longer followed, 0 to 1 hour; at least as long as a request may take
 * @param settleMax for how long it is followed at most, 0 to 7 days
 */
@Validated
@ConfigurationProperties(prefix = "tributary.reembed", ignoreUnknownFields = false)
record ReembedProperties(
        @DefaultValue("256") @Min(1) @Max(1_000) int batch,
        @DefaultValue("60s") @DurationMin(millis = 0) @DurationMax(hours = 1) Duration settle,
        @DefaultValue("1h") @DurationMin(millis = 0) @DurationMax(days = 7) Duration settleMax) {}

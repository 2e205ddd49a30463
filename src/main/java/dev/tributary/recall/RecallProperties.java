package dev.tributary.recall;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How recall is measured.
 *
 * @param share share of the live approximate searches that are run again exactly, 0 (none) to 1
 * @param budget share of the time that these searches may take in total, 0.0001 to 1
 * @param timeout time after which a measurement on demand begins no further search, 100 ms to 10
 *     minutes
 */
@Validated
@ConfigurationProperties(prefix = "tributary.recall", ignoreUnknownFields = false)
record RecallProperties(
        @DefaultValue("0.001") @DecimalMin("0") @DecimalMax("1") double share,
        @DefaultValue("0.01") @DecimalMin("0.0001") @DecimalMax("1") double budget,
        @DefaultValue("30s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
                Duration timeout) {}

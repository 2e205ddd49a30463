package dev.tributary.collection;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the catalogue.
 *
 * @param cacheTtl how long another instance may use outdated settings of a collection after a
 *     change; up to 1 minute
 */
@Validated
@ConfigurationProperties(prefix = "tributary.collection", ignoreUnknownFields = false)
record CollectionProperties(
        @DefaultValue("1s") @DurationMin(millis = 0) @DurationMax(minutes = 1) Duration cacheTtl) {}

package dev.tributary.collection;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the catalogue is kept.
 *
 * @param cacheTtl how long another instance may work with what it knows of a collection after it
 *     was changed; up to 1 minute
 */
@Validated
@ConfigurationProperties(prefix = "tributary.collection", ignoreUnknownFields = false)
record CollectionProperties(
        @DefaultValue("1s") @DurationMin(millis = 0) @DurationMax(minutes = 1) Duration cacheTtl) {}

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
 * @param cacheTtl how long another instance may go on with what it knows of a collection after it
 *     was changed; up to 1 minute
 * @param indexCheckInterval how often to look for indexes to build: of collections with an IVFFlat
 *     index, which needs rows first, and of changes that another instance left behind
 */
@Validated
@ConfigurationProperties(prefix = "tributary.collection", ignoreUnknownFields = false)
record CollectionProperties(
        @DefaultValue("1s") @DurationMin(millis = 0) @DurationMax(minutes = 1) Duration cacheTtl,
        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(hours = 1)
                Duration indexCheckInterval) {}

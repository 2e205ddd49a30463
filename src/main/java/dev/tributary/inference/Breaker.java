package dev.tributary.inference;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A circuit breaker: when calls to a failing server are suspended.
 *
 * @param calls number of last calls that decide; once half of them failed, further calls fail at
 *     once
 * @param openFor how long calls fail at once; up to 5 minutes, which the settings that contain this
 *     check
 */
public record Breaker(
        @DefaultValue("10") @Min(2) @Max(1_000) int calls, @DefaultValue("10s") Duration openFor) {}

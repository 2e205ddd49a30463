package dev.tributary.inference;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a server is left alone for a while.
 *
 * @param calls that the decision looks back on; once half of them failed, further ones fail at once
 * @param openFor how long they do; up to 5 minutes, which the settings that have it check
 */
public record Breaker(
        @DefaultValue("10") @Min(2) @Max(1_000) int calls, @DefaultValue("10s") Duration openFor) {}

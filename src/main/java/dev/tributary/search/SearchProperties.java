package dev.tributary.search;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits on a search.
 *
 * @param topKMax most hits that one search may request
 * @param candidatesMax most candidates of a leg
 * @param queryLengthMax most characters of a query text; a longer one is refused, not cut
 */
@Validated
@ConfigurationProperties(prefix = "tributary.search", ignoreUnknownFields = false)
record SearchProperties(
        @DefaultValue("1000") @Min(1) @Max(1_000) int topKMax,
        @DefaultValue("1000") @Min(1) @Max(1_000) int candidatesMax,
        @DefaultValue("8192") @Min(1) @Max(1_000_000) int queryLengthMax) {}

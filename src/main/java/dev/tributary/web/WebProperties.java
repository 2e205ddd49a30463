package dev.tributary.web;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits on requests.
 *
 * @param bodyMax largest request body, 1KB to 1GB; larger ones are answered with 413
 * @param streamedPaths patterns of paths whose bodies are read as they arrive, and have no limit
 * @param requestsMax most concurrent requests; further ones are answered with 503 at once. Health
 *     and metrics are not counted
 */
@Validated
@ConfigurationProperties(prefix = "tributary.web", ignoreUnknownFields = false)
record WebProperties(
        @DefaultValue("32MB") DataSize bodyMax,
        @DefaultValue("/collections/*/import") List<String> streamedPaths,
        @DefaultValue("256") @Min(1) @Max(10_000) int requestsMax) {
    WebProperties {
        long bytes = bodyMax.toBytes();
        if (bytes < 1_024 || bytes > 1_073_741_824) {
            throw new IllegalArgumentException(
                    "tributary.web.body-max is " + bytes + " bytes, must be 1KB to 1GB");
        }
    }
}

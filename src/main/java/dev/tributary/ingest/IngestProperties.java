package dev.tributary.ingest;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits on what is stored.
 *
 * @param chunksMax most chunks of one put, look-up or page
 * @param lineMax most bytes of a line of an import, 1KB to 1GB
 * @param importsMax most concurrent imports; further ones are answered with 503
 * @param exportsMax most concurrent exports, each of which holds a connection and a snapshot for as
 *     long as its client takes; further ones are answered with 503
 * @param importWriters batches of one import that are stored concurrently; each takes a connection
 * @param contentMax most bytes of a chunk's content in UTF-8
 */
@Validated
@ConfigurationProperties(prefix = "tributary.ingest", ignoreUnknownFields = false)
record IngestProperties(
        @DefaultValue("1000") @Min(1) @Max(1_000) int chunksMax,
        @DefaultValue("1MB") DataSize contentMax,
        @DefaultValue("32MB") DataSize lineMax,
        @DefaultValue("4") @Min(1) @Max(64) int importsMax,
        @DefaultValue("2") @Min(1) @Max(64) int exportsMax,
        @DefaultValue("2") @Min(1) @Max(64) int importWriters) {
    @AssertTrue(message = "line-max must be 1KB to 1GB")
    boolean isLineMaxInRange() {
        return lineMax.toBytes() >= 1_024 && lineMax.toBytes() <= 1_073_741_824;
    }
}

package dev.tributary.ingest;

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
 * @param contentMax most bytes of a content in UTF-8, of a chunk or a document
 */
@Validated
@ConfigurationProperties(prefix = "tributary.ingest", ignoreUnknownFields = false)
record IngestProperties(
        @DefaultValue("1000") @Min(1) @Max(1_000) int chunksMax,
        @DefaultValue("1MB") DataSize contentMax) {}

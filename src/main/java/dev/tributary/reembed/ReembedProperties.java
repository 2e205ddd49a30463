package dev.tributary.reembed;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of re-embeddings.
 *
 * @param batch most chunks that are read, embedded and written together, 1 to 1,000
 */
@Validated
@ConfigurationProperties(prefix = "tributary.reembed", ignoreUnknownFields = false)
record ReembedProperties(@DefaultValue("256") @Min(1) @Max(1_000) int batch) {}

package dev.tributary.embedding;

import dev.tributary.embedding.OnnxEmbeddingModel.Precision;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The embedding model in process, its cache, and the limits of the embedding calls.
 *
 * @param precision of the weights: int8, or float32 for half the speed and four times the memory
 * @param concurrency inferences at once, one thread each; 0 for one a core
 * @param queueMax while so many texts, or windows of long texts, wait for the model, further calls
 *     are refused with 503
 * @param cacheSize memory for embeddings of texts seen before, about; 0 switches the cache off
 * @param inputsMax most texts of one call
 * @param inputCharactersMax most characters (UTF-16 units) of one text
 */
@Validated
@ConfigurationProperties(prefix = "tributary.embedding", ignoreUnknownFields = false)
record EmbeddingProperties(
        @DefaultValue("int8") Precision precision,
        @DefaultValue("0") @Min(0) @Max(256) int concurrency,
        @DefaultValue("4096") @Min(1) @Max(1_000_000) int queueMax,
        @DefaultValue("64MB") DataSize cacheSize,
        @DefaultValue("2048") @Min(1) @Max(100_000) int inputsMax,
        @DefaultValue("1048576") @Min(1) @Max(33_554_432) int inputCharactersMax) {

    /** The number of inferences at once, with 0 resolved. */
    int threads() {
        return concurrency == 0 ? Runtime.getRuntime().availableProcessors() : concurrency;
    }

    @AssertTrue(message = "cache-size must be 0 to 64GB")
    boolean isCacheSizeInRange() {
        return !cacheSize.isNegative() && cacheSize.toGigabytes() <= 64;
    }
}

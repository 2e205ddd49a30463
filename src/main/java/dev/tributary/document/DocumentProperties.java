package dev.tributary.document;

import dev.tributary.document.extract.ExtractionLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits on documents.
 *
 * @param contentMax most bytes of a document as it is sent, a file or a text in UTF-8
 * @param backgroundSize larger documents, by their bytes as sent, are stored by a job; 0 for none
 * @param extractedMax most bytes of the extracted text, in UTF-8
 * @param pagesMax most pages of a PDF
 * @param chunksMax most chunks that a document is split into
 * @param extractTimeout timeout for extracting the text of a Markdown, HTML or PDF document, and
 *     also for waiting until a thread is free
 * @param extractConcurrency Markdown, HTML and PDF documents that are parsed at the same time, one
 *     thread each
 */
@Validated
@ConfigurationProperties(prefix = "tributary.document", ignoreUnknownFields = false)
record DocumentProperties(
        @DefaultValue("32MB") DataSize contentMax,
        @DefaultValue("1MB") DataSize backgroundSize,
        @DefaultValue("32MB") DataSize extractedMax,
        @DefaultValue("5000") @Min(1) @Max(100_000) int pagesMax,
        @DefaultValue("100000") @Min(1) @Max(1_000_000) int chunksMax,
        @DefaultValue("60s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
                Duration extractTimeout,
        @DefaultValue("2") @Min(1) @Max(64) int extractConcurrency) {
    private static final long BYTES_MAX = 1L << 30;

    DocumentProperties {
        requireSize("content-max", contentMax);
        requireSize("extracted-max", extractedMax);
        if (backgroundSize.isNegative() || backgroundSize.toBytes() > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "tributary.document.background-size is %d bytes, must be 0 to 1GB"
                            .formatted(backgroundSize.toBytes()));
        }
    }

    /** Whether a job stores a document of this size, unless the caller decides otherwise. */
    boolean isForBackground(long bytes) {
        return backgroundSize.toBytes() > 0 && bytes > backgroundSize.toBytes();
    }

    ExtractionLimits extraction() {
        return new ExtractionLimits(extractedMax, pagesMax, extractTimeout, extractConcurrency);
    }

    private static void requireSize(String key, DataSize size) {
        if (size.toBytes() < 1_024 || size.toBytes() > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "tributary.document.%s is %d bytes, must be 1KB to 1GB"
                            .formatted(key, size.toBytes()));
        }
    }
}

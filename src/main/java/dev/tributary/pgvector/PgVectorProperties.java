package dev.tributary.pgvector;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the store on PostgreSQL.
 *
 * @param efSearch candidates kept while an HNSW index is walked, unless a search says otherwise;
 *     more candidates find more and take longer
 * @param exactRowsMax a filtered search that at most this many rows match is answered exactly, by
 *     comparing each of them
 * @param exactSizeMax a collection whose table, without indexes, has at most this size is searched
 *     exactly; 4 MB are about 2,000 chunks of 384 dimensions
 * @param thresholdRowsMax in a collection of up to this many rows, a search whose threshold left
 *     too few hits is run again exactly, to be sure that nothing was missed
 * @param scanTuplesMax most rows that one walk through an index visits
 * @param textCandidates the rarest words of a query choose about this many candidates, which are
 *     then scored by all of its words
 * @param textSampleSize how much of a large collection is read to estimate how common its words are
 * @param textCheckInterval how often to look for collections that have changed much since then
 * @param freshRowsMax with this many rows that are not in the index yet, an index is built even
 *     while more rows arrive
 * @param freshComparedMax up to this many rows that are not in the index yet, each search compares
 *     all of them, 1 ms for every 1,000; with more, metric cosine and 128 dimensions or more, only
 *     those whose codes are nearest
 * @param indexMemoryMax memory for building one index, if the database's own setting is lower; an
 *     index that does not fit is built several times slower
 * @param statementTimeout timeout of every statement
 * @param lockTimeout how long dropping a collection waits for its last writer
 */
@Validated
@ConfigurationProperties(prefix = "tributary.pgvector", ignoreUnknownFields = false)
record PgVectorProperties(
        @DefaultValue("100") @Min(1) @Max(1_000) int efSearch,
        @DefaultValue("4000") @Min(0) @Max(100_000) int exactRowsMax,
        @DefaultValue("4MB") DataSize exactSizeMax,
        @DefaultValue("20000") @Min(0) int thresholdRowsMax,
        @DefaultValue("40000") @Min(1) int scanTuplesMax,
        @DefaultValue("2500") @Min(1) @Max(100_000) int textCandidates,
        @DefaultValue("128MB") DataSize textSampleSize,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration textCheckInterval,
        @DefaultValue("200000") @Min(1_000) int freshRowsMax,
        @DefaultValue("10000") @Min(0) int freshComparedMax,
        @DefaultValue("1GB") DataSize indexMemoryMax,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration statementTimeout,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration lockTimeout) {
    @AssertTrue(message = "text-sample-size must be at least 1MB")
    boolean isTextSampleSizeInRange() {
        return textSampleSize.compareTo(DataSize.ofMegabytes(1)) >= 0;
    }

    @AssertTrue(message = "index-memory-max must be 1MB to 1TB")
    boolean isIndexMemoryMaxInRange() {
        return indexMemoryMax.toMegabytes() >= 1 && indexMemoryMax.toTerabytes() <= 1;
    }

    /** The defaults. */
    static PgVectorProperties defaults() {
        return new PgVectorProperties(
                100,
                4_000,
                DataSize.ofMegabytes(4),
                20_000,
                40_000,
                2_500,
                DataSize.ofMegabytes(128),
                Duration.ofSeconds(2),
                200_000,
                10_000,
                DataSize.ofGigabytes(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }
}

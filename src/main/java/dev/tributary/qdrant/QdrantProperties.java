package dev.tributary.qdrant;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the store on Qdrant.
 *
 * @param enabled whether there is a Qdrant; without it, none of the other settings is used
 * @param host its host name
 * @param port its gRPC port
 * @param tls whether to encrypt the connection
 * @param apiKey sent with every call; null for none
 * @param timeout how long one call may take
 * @param efSearch candidates kept while the graph is walked, unless a search says otherwise
 * @param shards shards of each new collection
 * @param replicas copies of each shard of a new collection
 * @param writeConsistency copies that must acknowledge a write
 */
@Validated
@ConfigurationProperties(prefix = "tributary.qdrant", ignoreUnknownFields = false)
record QdrantProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("127.0.0.1") @NotBlank String host,
        @DefaultValue("6334") @Min(1) @Max(65_535) int port,
        @DefaultValue("false") boolean tls,
        @Nullable String apiKey,
        @DefaultValue("2s") @DurationMin(millis = 10) @DurationMax(minutes = 5) Duration timeout,
        @DefaultValue("100") @Min(1) @Max(1_000) int efSearch,
        @DefaultValue("1") @Min(1) @Max(1_000) int shards,
        @DefaultValue("1") @Min(1) @Max(100) int replicas,
        @DefaultValue("1") @Min(1) @Max(100) int writeConsistency) {
    @AssertTrue(message = "write-consistency must not be more than replicas")
    boolean isConsistencyReachable() {
        return writeConsistency <= replicas;
    }

    /** Without the key, which must not be logged. */
    @Override
    public String toString() {
        return "Qdrant at %s:%d%s".formatted(host, port, tls ? " with TLS" : "");
    }
}

package dev.tributary.qdrant;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
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
 * @param caCertificate file of the certificates, in PEM, by which Qdrant's is checked; null for
 *     those that Java trusts
 * @param apiKey sent with every call; null for none
 * @param prefix what names of collections in Qdrant begin with; another one for each installation
 *     that shares a Qdrant
 * @param timeout how long one call may take that reads or writes points
 * @param adminTimeout how long one call may take that creates, indexes, drops, switches or copies a
 *     collection
 * @param efSearch candidates kept while the graph is walked, unless a search says otherwise
 * @param shards shards of each new collection
 * @param replicas copies of each shard of a new collection
 * @param writeConsistency copies that must acknowledge a write; null for more than half of them
 */
@Validated
@ConfigurationProperties(prefix = "tributary.qdrant", ignoreUnknownFields = false)
record QdrantProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("127.0.0.1") @NotBlank String host,
        @DefaultValue("6334") @Min(1) @Max(65_535) int port,
        @DefaultValue("false") boolean tls,
        @Nullable Path caCertificate,
        @Nullable String apiKey,
        @DefaultValue("t")
                @Pattern(
                        regexp = CollectionNames.PREFIX,
                        message =
                                "must be a letter and up to 20 of a-z, 0-9, _ and -, and must end"
                                        + " with neither a digit nor _g")
                String prefix,
        @DefaultValue("2s") @DurationMin(millis = 10) @DurationMax(minutes = 5) Duration timeout,
        @DefaultValue("60s") @DurationMin(millis = 100) @DurationMax(hours = 1)
                Duration adminTimeout,
        @DefaultValue("100") @Min(1) @Max(1_000) int efSearch,
        @DefaultValue("1") @Min(1) @Max(1_000) int shards,
        @DefaultValue("1") @Min(1) @Max(100) int replicas,
        @Nullable @Min(1) @Max(100) Integer writeConsistency) {
    /** Of any call. */
    static final Duration TIMEOUT_MAX = Duration.ofHours(1);

    @AssertTrue(message = "write-consistency must not be more than replicas")
    boolean isConsistencyReachable() {
        return acknowledgements() <= replicas;
    }

    @AssertTrue(message = "ca-certificate is used with tls=true only")
    boolean isCaCertificateUsed() {
        return tls || caCertificate == null;
    }

    @AssertTrue(message = "ca-certificate must be a file of certificates in PEM")
    boolean isCaCertificateReadable() {
        if (caCertificate == null) {
            return true;
        }
        try (InputStream in = Files.newInputStream(caCertificate)) {
            return !CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty();
        } catch (IOException | CertificateException e) {
            return false;
        }
    }

    /** How many copies must acknowledge a write. */
    int acknowledgements() {
        return writeConsistency == null ? replicas / 2 + 1 : writeConsistency;
    }

    /** Without the key, which must not be logged. */
    @Override
    public String toString() {
        return "Qdrant at %s:%d%s".formatted(host, port, tls ? " with TLS" : "");
    }
}

package dev.tributary.qdrant;

import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.VectorStore;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the store, if there is a Qdrant; no other package refers to its class. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tributary.qdrant.enabled")
class QdrantConfiguration {
    /** A connection that a firewall has dropped is noticed after this time. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    /** Of a page of embeddings, the longest answer: four bytes for each component. */
    private static final int ANSWER_BYTES_MAX =
            VectorStore.BATCH_MAX * (Embedding.DIMENSION_MAX * Float.BYTES + 1_000);

    private static final Logger log = LoggerFactory.getLogger(QdrantConfiguration.class);

    /**
     * Connects on first use, so that the service starts while Qdrant is away. An answer wakes the
     * thread that waits for it straight from the network's thread, which does nothing else with it.
     */
    @Bean
    QdrantClient qdrantClient(QdrantProperties properties) {
        var channel =
                Grpc.newChannelBuilderForAddress(
                                properties.host(), properties.port(), credentials(properties))
                        .directExecutor()
                        .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                        .maxInboundMessageSize(ANSWER_BYTES_MAX);
        var client =
                QdrantGrpcClient.newBuilder(channel.build(), true, false)
                        .withTimeout(properties.timeout());
        String key = properties.apiKey();
        if (key != null && !key.isBlank()) {
            if (!properties.tls() && !isLoopback(properties.host())) {
                log.warn(
                        "the API key is sent to {} without encryption: set tributary.qdrant.tls=true"
                                + " unless the network is trusted",
                        properties);
            }
            client.withApiKey(key);
        }
        return new QdrantClient(client.build());
    }

    private static ChannelCredentials credentials(QdrantProperties properties) {
        if (!properties.tls()) {
            return InsecureChannelCredentials.create();
        }
        var tls = TlsChannelCredentials.newBuilder();
        if (properties.caCertificate() != null) {
            try {
                tls.trustManager(properties.caCertificate().toFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return tls.build();
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Bean
    QdrantCalls qdrantCalls(QdrantClient client, QdrantProperties properties) {
        return new QdrantCalls(client, properties.timeout(), properties.adminTimeout());
    }

    @Bean
    DerivedStore qdrantStore(QdrantCalls calls, QdrantProperties properties) {
        return new QdrantStore(calls, properties);
    }

    @Bean
    QdrantWatch qdrantWatch(QdrantCalls calls, QdrantProperties properties) {
        return new QdrantWatch(calls, properties);
    }
}

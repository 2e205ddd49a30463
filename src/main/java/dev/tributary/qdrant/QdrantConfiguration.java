package dev.tributary.qdrant;

import dev.tributary.vector.DerivedStore;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the store, if there is a Qdrant; no other package refers to its class. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tributary.qdrant.enabled")
class QdrantConfiguration {
    /** A connection that a firewall has dropped is noticed after this time. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    /** Connects on first use, so that the service starts while Qdrant is away. */
    @Bean
    QdrantClient qdrantClient(QdrantProperties properties) {
        var channel = ManagedChannelBuilder.forAddress(properties.host(), properties.port());
        channel.keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS);
        if (properties.tls()) {
            channel.useTransportSecurity();
        } else {
            channel.usePlaintext();
        }
        var client =
                QdrantGrpcClient.newBuilder(channel.build(), true, false)
                        .withTimeout(properties.timeout());
        String key = properties.apiKey();
        if (key != null && !key.isBlank()) {
            client.withApiKey(key);
        }
        return new QdrantClient(client.build());
    }

    @Bean
    QdrantCalls qdrantCalls(QdrantClient client, QdrantProperties properties) {
        return new QdrantCalls(client, properties.timeout());
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

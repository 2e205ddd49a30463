package dev.tributary.qdrant;

import dev.tributary.vector.DerivedStore;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the store, if there is a Qdrant; no other package refers to its class. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tributary.qdrant.enabled")
class QdrantConfiguration {
    /** Connects on first use, so that the service starts while Qdrant is away. */
    @Bean
    QdrantClient qdrantClient(QdrantProperties properties) {
        var channel = ManagedChannelBuilder.forAddress(properties.host(), properties.port());
        if (properties.tls()) {
            channel.useTransportSecurity();
        } else {
            channel.usePlaintext();
        }
        var client =
                QdrantGrpcClient.newBuilder(channel.build(), true)
                        .withTimeout(properties.timeout());
        if (properties.apiKey() != null) {
            client.withApiKey(properties.apiKey());
        }
        return new QdrantClient(client.build());
    }

    @Bean
    DerivedStore qdrantStore(QdrantClient client, QdrantProperties properties) {
        return new QdrantStore(new QdrantCalls(client, properties.timeout()), properties);
    }

    @Bean
    QdrantWatch qdrantWatch(QdrantClient client, QdrantProperties properties) {
        return new QdrantWatch(new QdrantCalls(client, properties.timeout()), properties);
    }
}

package dev.tributary.rerank;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.tributary.inference.FairWorkers;
import dev.tributary.rerank.HttpReranker.Server;
import dev.tributary.rerank.RerankProperties.Model;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Loads the rerankers before the service reports that it is ready, and closes them at shutdown. */
@Configuration(proxyBeanMethods = false)
class RerankConfiguration {
    @Bean(destroyMethod = "close")
    Rerankers rerankers(RerankProperties properties) {
        List<Reranker> rerankers = new ArrayList<>();
        properties.models().forEach((name, model) -> rerankers.add(load(name, model, properties)));
        return new Rerankers(rerankers, properties.timeout());
    }

    private static Reranker load(String name, Model model, RerankProperties properties) {
        return switch (model.type()) {
            case ONNX ->
                    new OnnxReranker(
                            name,
                            Path.of(requireNonNull(model.folder())),
                            model.maxTokens(),
                            new FairWorkers(
                                    "reranker " + name,
                                    properties.threads(),
                                    properties.queueMax()));
            case COHERE -> http(name, model, RerankProtocol.COHERE, properties);
            case TEI -> http(name, model, RerankProtocol.TEI, properties);
        };
    }

    private static Reranker http(
            String name, Model model, RerankProtocol protocol, RerankProperties properties) {
        var server =
                new Server(
                        protocol,
                        requireNonNull(model.url()),
                        requireNonNullElse(model.model(), name),
                        model.apiKey(),
                        requireNonNullElse(model.batchMax(), protocol.batchMax()));
        return new HttpReranker(
                name, server, properties.callsMax(), properties.breaker(), Clock.systemUTC());
    }
}

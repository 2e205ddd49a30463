package dev.tributary.embedding;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Loads the models before the service reports that it is ready, and closes them at its end. */
@Configuration(proxyBeanMethods = false)
class EmbeddingConfiguration {
    @Bean(destroyMethod = "close")
    OnnxEmbeddingModel miniLm(EmbeddingProperties properties) {
        return new OnnxEmbeddingModel(
                properties.precision(), properties.threads(), properties.queueMax());
    }

    @Bean
    EmbeddingModels embeddingModels(OnnxEmbeddingModel miniLm, EmbeddingProperties properties) {
        boolean cached = properties.cacheSize().toBytes() > 0;
        return new EmbeddingModels(
                List.of(
                        cached
                                ? new CachedEmbeddingModel(miniLm, properties.cacheSize())
                                : miniLm));
    }
}

package dev.tributary.embedding;

import dev.tributary.inference.FairWorkers;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Loads the models before the service reports that it is ready, and closes them at shutdown. */
@Configuration(proxyBeanMethods = false)
class EmbeddingConfiguration {
    @Bean(destroyMethod = "close")
    @ConditionalOnProperty("tributary.embedding.redis.url")
    RedisCache redisCache(EmbeddingProperties properties) {
        return new RedisCache(properties.redis(), Clock.systemUTC());
    }

    @Bean(destroyMethod = "close")
    EmbeddingModels embeddingModels(
            EmbeddingProperties properties, Optional<RedisCache> redis, MeterRegistry registry) {
        List<EmbeddingModel> models = new ArrayList<>();
        if (properties.builtIn()) {
            models.add(
                    BuiltInModel.load(
                            properties.precision(), workers(BuiltInModel.NAME, properties)));
        }
        properties.models().forEach((name, model) -> models.add(load(name, model, properties)));
        models.sort(Comparator.comparing(model -> !model.name().equals(properties.defaultModel())));
        if (properties.cacheSize().toBytes() > 0 || redis.isPresent()) {
            models.replaceAll(model ->
                    new CachedEmbeddingModel(
                            model, properties.cacheSize(), redis.orElse(null), registry));
        }
        return new EmbeddingModels(models);
    }

    private static EmbeddingModel load(
            String name, ModelSettings settings, EmbeddingProperties properties) {
        if (settings.path() == null) {
            return new HttpEmbeddingModel(
                    name, settings, properties.queueMax(), properties.breaker(), Clock.systemUTC());
        }
        var folder = ModelFolder.read(name, Path.of(settings.path()), settings);
        return OnnxEmbeddingModel.load(name, folder, workers(name, properties));
    }

    private static FairWorkers workers(String name, EmbeddingProperties properties) {
        return new FairWorkers(
                "embedding model " + name, properties.threads(), properties.queueMax());
    }
}

package dev.tributary.json;

import io.swagger.v3.core.converter.ModelConverter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JacksonModule;

/** Registers the types of the port with the application's mapper. */
@Configuration(proxyBeanMethods = false)
class JsonModules {
    @Bean
    JacksonModule embeddings() {
        return EmbeddingJson.module();
    }

    @Bean
    ModelConverter embeddingSchema() {
        return new EmbeddingSchema();
    }
}

package dev.tributary.json;

import io.swagger.v3.core.converter.ModelConverter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JacksonModule;

/** How the application's mapper reads embeddings and integers. */
@Configuration(proxyBeanMethods = false)
class JsonModules {
    @Bean
    JacksonModule embeddings() {
        return EmbeddingJson.module();
    }

    @Bean
    JacksonModule wholeNumbers() {
        return WholeNumbers.module();
    }

    @Bean
    ModelConverter embeddingSchema() {
        return new EmbeddingSchema();
    }
}

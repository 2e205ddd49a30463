package dev.tributary.document;

import dev.tributary.document.extract.Extractions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DocumentConfiguration {
    /** Created here, as {@code document.extract} does not know the settings of its parent. */
    @Bean
    Extractions extractions(DocumentProperties limits) {
        return new Extractions(limits.extraction());
    }
}

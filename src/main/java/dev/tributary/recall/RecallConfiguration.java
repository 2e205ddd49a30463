package dev.tributary.recall;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the measurement of live searches. */
@Configuration(proxyBeanMethods = false)
class RecallConfiguration {
    @Bean
    RecallProbes recallProbes(RecallProperties properties, MeterRegistry registry) {
        return new RecallProbes(properties, new RecallMetrics(registry), System::nanoTime);
    }
}

package dev.tributary.observe;

import dev.tributary.vector.VectorStore;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the measurement around the store, whichever it is, before anybody gets hold of it. */
@Configuration(proxyBeanMethods = false)
class ObserveConfiguration {
    @Bean
    RecallProbes recallProbes(ObserveProperties properties, MeterRegistry registry) {
        return new RecallProbes(properties, new RecallMetrics(registry), System::nanoTime);
    }

    @Bean
    static BeanPostProcessor measuredVectorStores(ObjectProvider<RecallProbes> probes) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof VectorStore store
                        ? new MeasuredVectorStore(store, probes.getObject())
                        : bean;
            }
        };
    }
}

package dev.tributary;

import dev.tributary.recall.RecallProbes;
import dev.tributary.routing.Routing;
import dev.tributary.vector.RecordStore;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Assembles the stores: each wrapper, outermost first, is named here and nowhere else. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {
    /** The store that all other beans use. */
    @Bean
    @Primary
    RecordStore recordStore(
            @Qualifier("pgVectorStore") RecordStore postgres,
            RecallProbes probes,
            Routing routing) {
        return probes.measured(routing.routed(postgres));
    }
}

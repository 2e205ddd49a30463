package dev.tributary.job;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Wires what needs more than its collaborators. */
@Configuration(proxyBeanMethods = false)
class JobConfiguration {
    @Bean
    JobWorkers jobWorkers(
            ObjectProvider<JobWork> works,
            JobAttempts attempts,
            JobHousekeeping housekeeping,
            JobSignal signal,
            JobProperties properties) {
        return new JobWorkers(
                () -> works.orderedStream().toList(), attempts, housekeeping, signal, properties);
    }

    @Bean
    JobEvents jobEvents(Jobs jobs, JsonMapper json, JobProperties properties) {
        return new JobEvents(jobs, json, properties.listenersMax(), JobEvents.Pacing.USUAL);
    }
}

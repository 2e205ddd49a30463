package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PgVectorPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(PgVectorProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(PgVectorProperties.class))
                        .isEqualTo(PgVectorProperties.defaults()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.pgvector.ef-search=1001",
                "tributary.pgvector.ef-search=0",
                "tributary.pgvector.exact-rows-max=-1",
                "tributary.pgvector.statement-timeout=0s",
                "tributary.pgvector.text-sample-size=0B",
                "tributary.pgvector.text-candidates=0",
                "tributary.pgvector.probes=5"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

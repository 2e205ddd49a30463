package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class IngestPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(IngestProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(IngestProperties.class))
                        .isEqualTo(
                                new IngestProperties(
                                        1_000,
                                        DataSize.ofMegabytes(1),
                                        DataSize.ofMegabytes(32),
                                        4,
                                        2,
                                        2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.ingest.chunks-max=1001",
                "tributary.ingest.chunks-max=0",
                "tributary.ingest.content-max=many",
                "tributary.ingest.batch=5"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

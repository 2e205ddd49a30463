package dev.tributary.indexing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class IndexingPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(IndexingProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(IndexingProperties.class))
                        .isEqualTo(
                                new IndexingProperties(Duration.ofSeconds(10), 2, "0 0 3 * * *")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.indexing.check-interval=99ms",
                "tributary.indexing.workers=0",
                "tributary.indexing.upkeep-schedule=at night",
                "tributary.indexing.interval=1s"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

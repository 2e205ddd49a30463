package dev.tributary.recall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RecallPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(RecallProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(RecallProperties.class))
                        .isEqualTo(new RecallProperties(0.001, 0.01, Duration.ofSeconds(30))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.recall.share=-0.1",
                "tributary.recall.share=1.1",
                "tributary.recall.budget=0",
                "tributary.recall.budget=1.01",
                "tributary.recall.timeout=99ms",
                "tributary.recall.timeout=11m",
                "tributary.recall.unknown=1"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }

    @Test
    void canBeSwitchedOff() {
        app.withPropertyValues("tributary.recall.share=0")
                .run(context ->
                        assertThat(context.getBean(RecallProperties.class).share()).isZero());
    }
}

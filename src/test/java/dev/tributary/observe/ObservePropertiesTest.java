package dev.tributary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ObservePropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(ObserveProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(ObserveProperties.class))
                        .isEqualTo(new ObserveProperties(0.001, 0.01)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.observe.recall-share=-0.1",
                "tributary.observe.recall-share=1.1",
                "tributary.observe.recall-budget=0",
                "tributary.observe.recall-budget=1.01",
                "tributary.observe.recall=1"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }

    @Test
    void canBeSwitchedOff() {
        app.withPropertyValues("tributary.observe.recall-share=0")
                .run(context ->
                        assertThat(context.getBean(ObserveProperties.class).recallShare())
                                .isZero());
    }
}

package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class WebPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(WebProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(WebProperties.class))
                        .isEqualTo(
                                new WebProperties(
                                        DataSize.ofMegabytes(32),
                                        List.of("/collections/*/import"),
                                        256)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.web.body-max=1023B",
                "tributary.web.body-max=1025MB",
                "tributary.web.requests-max=0",
                "tributary.web.requests-max=10001",
                "tributary.web.max-requests=10"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

package dev.tributary.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SecurityPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(SecurityProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(SecurityProperties.class))
                        .isEqualTo(new SecurityProperties(false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust-network=perhaps", "trust=true"})
    void refusesWhatIsNoAnswerOrUnknown(String setting) {
        app.withPropertyValues("tributary.security." + setting)
                .run(context -> assertThat(context).hasFailed());
    }
}

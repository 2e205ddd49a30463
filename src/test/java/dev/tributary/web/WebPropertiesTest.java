package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.web.WebProperties.Cors;
import java.time.Duration;
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
                                        256,
                                        new Cors(List.of(), Duration.ofMinutes(30)))));
    }

    @Test
    void originsAreInTheFormThatBrowsersSend() {
        app.withPropertyValues(
                        "tributary.web.cors.allowed-origins="
                                + "https://App.Example.com, http://localhost:3000, http://[::1]:80, *")
                .run(context ->
                        assertThat(context.getBean(WebProperties.class).cors().allowedOrigins())
                                .containsExactly(
                                        "https://app.example.com",
                                        "http://localhost:3000",
                                        "http://[::1]:80",
                                        "*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.web.body-max=1023B",
                "tributary.web.body-max=1025MB",
                "tributary.web.requests-max=0",
                "tributary.web.requests-max=10001",
                "tributary.web.max-requests=10",
                "tributary.web.cors.allowed-origins=app.example.com",
                "tributary.web.cors.allowed-origins=https://app.example.com/",
                "tributary.web.cors.allowed-origins=https://app.example.com/page",
                "tributary.web.cors.allowed-origins=https://user@app.example.com",
                "tributary.web.cors.allowed-origins=https://*.example.com",
                "tributary.web.cors.allowed-origins=http://localhost:port",
                "tributary.web.cors.allowed-origins=null",
                "tributary.web.cors.max-age=-1s",
                "tributary.web.cors.max-age=25h",
                "tributary.web.cors.origins=*"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

package dev.tributary.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SearchPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(SearchProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(SearchProperties.class))
                        .isEqualTo(new SearchProperties(1_000, 1_000, 8_192)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.search.top-k-max=1001",
                "tributary.search.top-k-max=0",
                "tributary.search.candidates-max=0",
                "tributary.search.query-length-max=0",
                "tributary.search.limit=5"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

package dev.tributary.collection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CollectionPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(CollectionProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(CollectionProperties.class))
                        .isEqualTo(new CollectionProperties(Duration.ofSeconds(1))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.collection.cache-ttl=61s",
                "tributary.collection.cache-ttl=-1s",
                "tributary.collection.ttl=1s"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

package dev.tributary.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SyncPropertiesTest {
    private static final SyncProperties DEFAULTS =
            new SyncProperties(
                    1_000_000,
                    Duration.ofDays(7),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));

    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(SyncProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context -> assertThat(context.getBean(SyncProperties.class)).isEqualTo(DEFAULTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.sync.changes-max=999",
                "tributary.sync.change-age-max=59s",
                "tributary.sync.trim-interval=0s",
                "tributary.sync.told-kept=14s",
                "tributary.sync.catch-up-interval=2h",
                "tributary.sync.changes=1"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

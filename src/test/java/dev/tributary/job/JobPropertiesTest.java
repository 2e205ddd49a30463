package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class JobPropertiesTest {
    private static final JobProperties DEFAULTS =
            new JobProperties(
                    2,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1),
                    8,
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(5),
                    Duration.ofDays(30),
                    10_000,
                    100);

    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(JobProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context -> assertThat(context.getBean(JobProperties.class)).isEqualTo(DEFAULTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.job.workers=0",
                "tributary.job.workers=65",
                "tributary.job.lease=999ms",
                "tributary.job.lease=61m",
                "tributary.job.lease=2s",
                "tributary.job.poll-interval=49ms",
                "tributary.job.poll-interval=21s",
                "tributary.job.attempts-max=0",
                "tributary.job.backoff-min=0ms",
                "tributary.job.backoff-min=6m",
                "tributary.job.backoff-max=25h",
                "tributary.job.retention=59s",
                "tributary.job.queue-max=0",
                "tributary.job.listeners-max=0",
                "tributary.job.threads=1"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "9, 256", "10, 300", "1000, 300"})
    void theWaitDoublesUpToItsMaximum(int attempts, int seconds) {
        assertThat(DEFAULTS.backoff(attempts)).isEqualTo(Duration.ofSeconds(seconds));
    }
}

package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class DocumentPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(DocumentProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(DocumentProperties.class))
                        .isEqualTo(
                                new DocumentProperties(
                                        DataSize.ofMegabytes(32),
                                        DataSize.ofMegabytes(1),
                                        DataSize.ofMegabytes(32),
                                        5_000,
                                        100_000,
                                        Duration.ofSeconds(60),
                                        2)));
    }

    @Test
    void noSizeIsForTheBackgroundIfItIsZero() {
        app.withPropertyValues("tributary.document.background-size=0")
                .run(context -> {
                    var limits = context.getBean(DocumentProperties.class);

                    assertThat(limits.isForBackground(Long.MAX_VALUE)).isFalse();
                });
    }

    @Test
    void whatIsLargerThanTheSizeIsForTheBackground() {
        app.withPropertyValues("tributary.document.background-size=10B")
                .run(context -> {
                    var limits = context.getBean(DocumentProperties.class);

                    assertThat(limits.isForBackground(10)).isFalse();
                    assertThat(limits.isForBackground(11)).isTrue();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.document.content-max=1023B",
                "tributary.document.content-max=2GB",
                "tributary.document.background-size=-1B",
                "tributary.document.background-size=2GB",
                "tributary.document.extracted-max=0",
                "tributary.document.pages-max=0",
                "tributary.document.chunks-max=1000001",
                "tributary.document.extract-timeout=99ms",
                "tributary.document.extract-timeout=11m",
                "tributary.document.extract-concurrency=0",
                "tributary.document.ocr=true"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }
}

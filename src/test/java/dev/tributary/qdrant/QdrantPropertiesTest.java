package dev.tributary.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class QdrantPropertiesTest {
    private static final QdrantProperties DEFAULTS =
            new QdrantProperties(
                    false, "127.0.0.1", 6334, false, null, Duration.ofSeconds(2), 100, 1, 1, 1);

    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(QdrantProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context -> assertThat(context.getBean(QdrantProperties.class)).isEqualTo(DEFAULTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tributary.qdrant.host=",
                "tributary.qdrant.port=0",
                "tributary.qdrant.port=65536",
                "tributary.qdrant.timeout=9ms",
                "tributary.qdrant.timeout=6m",
                "tributary.qdrant.ef-search=1001",
                "tributary.qdrant.shards=0",
                "tributary.qdrant.replicas=101",
                "tributary.qdrant.write-consistency=2",
                "tributary.qdrant.url=http://localhost"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }

    @Test
    void neverShowsTheKey() {
        app.withPropertyValues("tributary.qdrant.api-key=secret")
                .run(context ->
                        assertThat(context.getBean(QdrantProperties.class).toString())
                                .isEqualTo("Qdrant at 127.0.0.1:6334"));
    }
}

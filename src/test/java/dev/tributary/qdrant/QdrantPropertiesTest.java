package dev.tributary.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class QdrantPropertiesTest {
    private static final QdrantProperties DEFAULTS =
            new QdrantProperties(
                    false,
                    "127.0.0.1",
                    6334,
                    false,
                    null,
                    null,
                    "t",
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(1),
                    100,
                    1,
                    1,
                    null);

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
                "tributary.qdrant.admin-timeout=99ms",
                "tributary.qdrant.admin-timeout=61m",
                "tributary.qdrant.prefix=",
                "tributary.qdrant.prefix=T",
                "tributary.qdrant.prefix=1t",
                "tributary.qdrant.prefix=t1",
                "tributary.qdrant.prefix=t1_g",
                "tributary.qdrant.prefix=a.b",
                "tributary.qdrant.prefix=abcdefghijklmnopqrstuv",
                "tributary.qdrant.ca-certificate=pom.xml",
                "tributary.qdrant.ef-search=1001",
                "tributary.qdrant.shards=0",
                "tributary.qdrant.replicas=101",
                "tributary.qdrant.write-consistency=2",
                "tributary.qdrant.url=http://localhost"
            })
    void refusesWhatIsOutOfRangeOrUnknown(String setting) {
        app.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "no-such-file"})
    void refusesAFileWithoutCertificates(String file) {
        app.withPropertyValues(
                        "tributary.qdrant.tls=true", "tributary.qdrant.ca-certificate=" + file)
                .run(context ->
                        assertThat(context.getStartupFailure())
                                .rootCause()
                                .hasMessageContaining(
                                        "ca-certificate must be a file of certificates in PEM"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3"})
    void awaitsMoreThanHalfOfTheCopies(int replicas, int acknowledgements) {
        app.withPropertyValues("tributary.qdrant.replicas=" + replicas)
                .run(context ->
                        assertThat(context.getBean(QdrantProperties.class).acknowledgements())
                                .isEqualTo(acknowledgements));
    }

    @ParameterizedTest
    @ValueSource(strings = {"t", "abcdefghijklmnopqrstu", "team-2_", "t1_gg"})
    void takesAPrefix(String prefix) {
        app.withPropertyValues("tributary.qdrant.prefix=" + prefix)
                .run(context ->
                        assertThat(context.getBean(QdrantProperties.class).prefix())
                                .isEqualTo(prefix));
    }

    @Test
    void neverShowsTheKey() {
        app.withPropertyValues("tributary.qdrant.api-key=secret")
                .run(context ->
                        assertThat(context.getBean(QdrantProperties.class).toString())
                                .isEqualTo("Qdrant at 127.0.0.1:6334"));
    }
}

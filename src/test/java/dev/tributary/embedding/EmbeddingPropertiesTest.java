package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.embedding.OnnxEmbeddingModel.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class EmbeddingPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(EmbeddingProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(EmbeddingProperties.class))
                        .isEqualTo(
                                new EmbeddingProperties(
                                        Precision.INT8,
                                        0,
                                        4_096,
                                        DataSize.ofMegabytes(64),
                                        2_048,
                                        1_048_576)));
    }

    @Test
    void runsOneInferenceACoreUnlessToldOtherwise() {
        app.run(context ->
                assertThat(context.getBean(EmbeddingProperties.class).threads())
                        .isEqualTo(Runtime.getRuntime().availableProcessors()));
        app.withPropertyValues("tributary.embedding.concurrency=3")
                .run(context ->
                        assertThat(context.getBean(EmbeddingProperties.class).threads())
                                .isEqualTo(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "precision=float8",
                "concurrency=-1",
                "queue-max=0",
                "cache-size=-1B",
                "cache-size=65GB",
                "inputs-max=0",
                "input-characters-max=0",
                "model=all-mpnet-base-v2"
            })
    void refuses(String setting) {
        app.withPropertyValues("tributary.embedding." + setting)
                .run(context -> assertThat(context).hasFailed());
    }
}

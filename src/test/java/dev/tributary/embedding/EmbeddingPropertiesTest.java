package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.embedding.BuiltInModel.Precision;
import dev.tributary.embedding.EmbeddingProperties.Redis;
import dev.tributary.inference.Breaker;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                                        "all-minilm-l6-v2",
                                        true,
                                        Map.of(),
                                        Precision.INT8,
                                        0,
                                        4_096,
                                        new Breaker(10, Duration.ofSeconds(10)),
                                        DataSize.ofMegabytes(64),
                                        new Redis(
                                                null, Duration.ofMillis(100), Duration.ofDays(30)),
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
                "model=all-mpnet-base-v2",
                "breaker.calls=1",
                "breaker.open-for=0s",
                "redis.url=http://127.0.0.1",
                "redis.timeout=0ms",
                "redis.ttl=-1s"
            })
    void refuses(String setting) {
        app.withPropertyValues("tributary.embedding." + setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void readsModels() {
        app.withPropertyValues(
                        "tributary.embedding.default-model=near",
                        "tributary.embedding.models.near.path=/models/near",
                        "tributary.embedding.models.near.pooling=last",
                        "tributary.embedding.models.[text-3.5].url=https://api.example/v1",
                        "tributary.embedding.models.[text-3.5].api-key=top-secret",
                        "tributary.embedding.models.[text-3.5].wait-max=0s")
                .run(context -> {
                    var properties = context.getBean(EmbeddingProperties.class);
                    assertThat(properties.models()).containsOnlyKeys("near", "text-3.5");
                    assertThat(properties.models())
                            .extractingByKey("near")
                            .extracting(ModelSettings::pooling)
                            .isEqualTo(Pooling.LAST);
                    assertThat(properties.toString()).doesNotContain("top-secret");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    models.a.model=b                                 | has neither path nor url
                    models.a.path=/a,models.a.url=http://h/v1        | has both
                    models.a.path=/a,models.a.api-key=k              | models.a.api-key is set
                    models.a.path=/a,models.a.batch-count-max=8      | models.a.batch-count-max is set
                    models.a.url=http://h/v1,models.a.pooling=cls    | models.a.pooling is set
                    models.a.url=ftp://h/v1                          | models.a.url is ftp://h/v1
                    models.a.url=http://me:pw@h/v1                   | use api-key instead
                    models.a.url=http://h,models.a.timeout=11m       | models.a.timeout is PT11M
                    models.a.url=http://h,models.a.timeout=0s        | models.a.timeout is PT0S
                    models.a.url=http://h,models.a.wait-max=-1s      | models.a.wait-max is PT-1S
                    models.a.url=http://h,models.a.dimension=2,models.a.dimensions=3 | models.a.dimension is 2
                    models.a.url=http://h,models.a.attempts-max=11   | attemptsMax
                    models.[a b].url=http://h                        | has a name
                    models.all-minilm-l6-v2.path=/a                  | name of the built-in model
                    default-model=gpt                                | default-model is gpt
                    built-in=false                                   | default-model is all-minilm-l6-v2
                    redis.url=redis:/x                               | redis.url must be like
                    """)
    void saysWhatIsWrong(String settings, String reason) {
        String[] values =
                Arrays.stream(settings.split(",", -1))
                        .map("tributary.embedding."::concat)
                        .toArray(String[]::new);

        app.withPropertyValues(values)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining(reason));
    }
}

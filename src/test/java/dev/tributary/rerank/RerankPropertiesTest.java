package dev.tributary.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.inference.Breaker;
import dev.tributary.rerank.RerankProperties.Model;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RerankPropertiesTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties(RerankProperties.class)
    static class Config {}

    @Test
    void defaults() {
        app.run(context ->
                assertThat(context.getBean(RerankProperties.class))
                        .isEqualTo(
                                new RerankProperties(
                                        Map.of(),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(30),
                                        1_000,
                                        0,
                                        4_096,
                                        16,
                                        new Breaker(10, Duration.ofSeconds(10)))));
    }

    @Test
    void readsModels() {
        app.withPropertyValues(
                        "tributary.rerank.models.ms-marco.type=onnx",
                        "tributary.rerank.models.ms-marco.folder=/models/ms-marco",
                        "tributary.rerank.models.ms-marco.max-tokens=256",
                        "tributary.rerank.models.[rerank-v3.5].type=cohere",
                        "tributary.rerank.models.[rerank-v3.5].url=https://api.example/v2/rerank",
                        "tributary.rerank.models.[rerank-v3.5].model=rerank-3",
                        "tributary.rerank.models.[rerank-v3.5].api-key=top-secret",
                        "tributary.rerank.models.near.type=tei",
                        "tributary.rerank.models.near.url=http://127.0.0.1:8081/rerank",
                        "tributary.rerank.models.near.batch-max=8")
                .run(context -> {
                    var properties = context.getBean(RerankProperties.class);
                    assertThat(properties.models())
                            .containsOnly(
                                    Map.entry(
                                            "ms-marco",
                                            new Model(
                                                    RerankProperties.Type.ONNX,
                                                    "/models/ms-marco",
                                                    256,
                                                    null,
                                                    null,
                                                    null,
                                                    null)),
                                    Map.entry(
                                            "rerank-v3.5",
                                            new Model(
                                                    RerankProperties.Type.COHERE,
                                                    null,
                                                    null,
                                                    URI.create("https://api.example/v2/rerank"),
                                                    "rerank-3",
                                                    "top-secret",
                                                    null)),
                                    Map.entry(
                                            "near",
                                            new Model(
                                                    RerankProperties.Type.TEI,
                                                    null,
                                                    null,
                                                    URI.create("http://127.0.0.1:8081/rerank"),
                                                    null,
                                                    null,
                                                    8)));
                    assertThat(properties.toString()).doesNotContain("top-secret");
                });
    }

    @Test
    void runsOneInferenceACoreUnlessToldOtherwise() {
        app.run(context ->
                assertThat(context.getBean(RerankProperties.class).threads())
                        .isEqualTo(Runtime.getRuntime().availableProcessors()));
        app.withPropertyValues("tributary.rerank.concurrency=3")
                .run(context ->
                        assertThat(context.getBean(RerankProperties.class).threads()).isEqualTo(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "documents-max=0",
                "documents-max=10001",
                "concurrency=-1",
                "concurrency=257",
                "queue-max=0",
                "calls-max=0",
                "breaker.calls=1",
                "models.a.type=openai",
                "models.a.kind=onnx",
                "model=a",
                "timeouts=1s"
            })
    void refuses(String setting) {
        app.withPropertyValues("tributary.rerank." + setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    timeout=0s | tributary.rerank.timeout is PT0S, must be more than 0 and at most 5m
                    timeout=-1s | tributary.rerank.timeout is PT-1S
                    call-timeout=6m | tributary.rerank.call-timeout is PT6M
                    breaker.open-for=0s | tributary.rerank.breaker.open-for is PT0S
                    models.a.url=http://h/ | tributary.rerank.models.a.type is missing, must be onnx, cohere or tei
                    models.[a/b].type=onnx | tributary.rerank.models.a/b has a name that does not match
                    models.a.type=onnx | tributary.rerank.models.a.folder is missing, type onnx needs it
                    models.a.type=onnx models.a.folder= | tributary.rerank.models.a.folder is missing
                    models.a.type=cohere | tributary.rerank.models.a.url is missing, type cohere needs it
                    models.a.type=tei | tributary.rerank.models.a.url is missing, type tei needs it
                    models.a.type=tei models.a.url=ftp://h/x | models.a.url is ftp://h/x, must be like http://127.0.0.1:8081/rerank
                    models.a.type=tei models.a.url=h:80/x | models.a.url is h:80/x, must be like
                    models.a.type=tei models.a.url=/rerank | models.a.url is /rerank, must be like
                    models.a.type=tei models.a.url=http://h/#x | models.a.url is http://h/#x, must be like
                    models.a.type=tei models.a.url=http://u:p@h/ | models.a.url has a user or password in it
                    models.a.type=tei models.a.url=http://h/ models.a.model=m | models.a.model is set, but type tei does not use it
                    models.a.type=tei models.a.url=http://h/ models.a.max-tokens=512 | models.a.max-tokens is set
                    models.a.type=tei models.a.url=http://h/ models.a.folder=/f | models.a.folder is set
                    models.a.type=onnx models.a.folder=/f models.a.url=http://h/ | models.a.url is set
                    models.a.type=onnx models.a.folder=/f models.a.api-key=k | models.a.api-key is set
                    models.a.type=onnx models.a.folder=/f models.a.batch-max=8 | models.a.batch-max is set
                    models.a.type=tei models.a.url=http://h/ models.a.api-key= | models.a.api-key must be of visible ASCII
                    """)
    void saysWhatIsWrong(String settings, String reason) {
        String[] values = settings.split(" ", -1);
        for (int i = 0; i < values.length; i++) {
            values[i] = "tributary.rerank." + values[i];
        }

        app.withPropertyValues(values)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining(reason));
    }

    @ParameterizedTest
    @CsvSource({"onnx, folder=/f, max-tokens=7", "onnx, folder=/f, max-tokens=8193"})
    void refusesNumbersOutOfRange(String type, String where, String number) {
        assertFails(type, where, number);
    }

    @ParameterizedTest
    @CsvSource({"tei, batch-max=0", "cohere, batch-max=10001"})
    void refusesBatchesOutOfRange(String type, String number) {
        assertFails(type, "url=http://127.0.0.1/", number);
    }

    private void assertFails(String type, String where, String number) {
        String model = "tributary.rerank.models.a.";
        app.withPropertyValues(model + "type=" + type, model + where)
                .run(context -> assertThat(context).hasNotFailed());
        app.withPropertyValues(model + "type=" + type, model + where, model + number)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void aKeyThatIsWrongIsNotRepeated() {
        app.withPropertyValues(
                        "tributary.rerank.models.a.type=tei",
                        "tributary.rerank.models.a.url=http://127.0.0.1/",
                        "tributary.rerank.models.a.api-key=top secret")
                .run(context -> {
                    assertThat(context).hasFailed();
                    for (Throwable e = context.getStartupFailure(); e != null; e = e.getCause()) {
                        assertThat(String.valueOf(e.getMessage())).doesNotContain("top secret");
                    }
                });
    }
}

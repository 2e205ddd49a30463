package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.inference.Breaker;
import dev.tributary.testing.MutableClock;
import dev.tributary.testing.RemoteServer.Call;
import dev.tributary.testing.TinyTokenizer;
import dev.tributary.vector.Embedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

@Timeout(60)
class HttpEmbeddingModelTest {
    private final ModelServer remote = new ModelServer();
    private final HttpEmbeddingModel model = model(Map.of());

    /** One attempt and an API key, unless the settings say otherwise. */
    private HttpEmbeddingModel model(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("m.url", remote.url().toString());
        all.put("m.api-key", "top-secret");
        all.put("m.attempts-max", "1");
        settings.forEach((key, value) -> all.put("m." + key, value));
        var bound =
                new Binder(new MapConfigurationPropertySource(all))
                        .bind("m", ModelSettings.class)
                        .get();
        bound.check("m");
        return new HttpEmbeddingModel(
                "far", bound, 100, new Breaker(100, Duration.ofSeconds(10)), new MutableClock());
    }

    @AfterEach
    void close() {
        model.close();
        remote.close();
    }

    @Test
    void callsAsOpenAiHasIt() {
        Embedded embedded = model.embed("two words");

        assertThat(embedded.embedding()).isEqualTo(Embedding.copyOf(9, 2, 1));
        Call call = remote.calls().getFirst();
        assertThat(call.path()).isEqualTo("/v1/embeddings");
        assertThat(call.authorization()).isEqualTo("Bearer top-secret");
        assertThat(call.body().toString())
                .isEqualTo(
                        "{\"model\":\"far\",\"input\":[\"two words\"],\"encoding_format\":\"base64\"}");
    }

    @Test
    void asksForWhatIsConfigured() {
        try (var other = model(Map.of("model", "bge", "dimensions", "3", "encoding", "float"))) {
            assertThat(other.dimension()).isEqualTo(3);

            other.embed("text");

            assertThat(remote.calls().getFirst().body().toString())
                    .isEqualTo(
                            "{\"model\":\"bge\",\"input\":[\"text\"],\"encoding_format\":\"float\",\"dimensions\":3}");
        }
    }

    @ParameterizedTest
    @CsvSource({"float, true", "float, false", "base64, true", "base64, false"})
    void readsEitherEncodingWhateverItAskedFor(String asked, boolean isBase64) {
        try (var other = model(Map.of("encoding", asked))) {
            remote.behave((exchange, body) ->
                    ModelServer.send(exchange, 200, ModelServer.answer(body, isBase64)));

            assertThat(other.embed(List.of("a", "b c")))
                    .extracting(Embedded::embedding)
                    .containsExactly(Embedding.copyOf(1, 1, 1), Embedding.copyOf(3, 2, 1));
        }
    }

    @Test
    void sendsSoManyTextsAtOnceAndKeepsTheirOrder() {
        try (var other = model(Map.of("batch-count-max", "3"))) {
            List<String> texts = IntStream.range(1, 11).mapToObj("x"::repeat).toList();

            List<Embedded> embedded = other.embed(texts);

            assertThat(embedded)
                    .extracting(one -> one.embedding().toArray()[0])
                    .containsExactly(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f);
            assertThat(remote.calls())
                    .extracting(call -> call.texts().size())
                    .containsExactlyInAnyOrder(3, 3, 3, 1);
        }
    }

    @Test
    void sendsSoManyTokensAtOnce() {
        try (var other = model(Map.of("batch-tokens-max", "20"))) {
            // Of 10 tokens each, two special ones included; the last has 42.
            String text = "a b c d e f g h";
            String longer = "a ".repeat(40);

            other.embed(List.of(text, text, text, longer));

            assertThat(remote.calls())
                    .extracting(Call::texts)
                    .containsExactlyInAnyOrder(List.of(text, text), List.of(text), List.of(longer));
        }
    }

    @Test
    void cutsWhatIsLongerThanTheModelReads() {
        try (var other = model(Map.of("tokens-max", "16"))) {
            List<Embedded> embedded = other.embed(List.of("a ".repeat(14), "a ".repeat(20)));

            assertThat(embedded).extracting(Embedded::truncated).containsExactly(false, true);
            assertThat(embedded).extracting(Embedded::tokens).containsExactly(16, 22);
            assertThat(remote.calls().getFirst().texts())
                    .containsExactly("a ".repeat(14), "a ".repeat(14));
        }
    }

    @Test
    void countsWithTheTokenizerThatItIsGiven(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), TinyTokenizer.json());
        try (var other = model(Map.of("tokens-max", "16", "tokenizer", file.toString()))) {
            Embedded embedded = other.embed("sleeping".repeat(8) + " cat".repeat(20));

            assertThat(embedded.tokens()).isEqualTo(23);
            assertThat(remote.calls().getFirst().texts().getFirst())
                    .isEqualTo("sleeping".repeat(8) + " cat".repeat(13) + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>busy</html>",
                "{}",
                "[]",
                "{'data': 7}",
                "{'data': []}",
                "{'data': [{'index': 0, 'embedding': [1, 2]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 0, 'embedding': [1]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 2, 'embedding': [1]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'embedding': [1]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': []}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': [1, 2]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': ['1']}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': [NaN]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': [1e99]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': [0]}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': 'AADAfw=='}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': '####'}]}",
                "{'data': [{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': 'AAA='}]}",
            })
    void takesNothingFromAnAnswerThatIsNone(String answer) {
        remote.say(200, answer.replace('\'', '"'));

        assertFailure(() -> model.embed(List.of("one", "two")), "model_answer");
        assertThat(model.failure()).isNotNull().doesNotContain("html");
    }

    @Test
    void refusesAnotherDimensionThanBefore() {
        model.embed("text");
        remote.say(200, "{\"data\": [{\"index\": 0, \"embedding\": [1, 2]}]}");

        assertFailure(() -> model.embed("other"), "model_answer");
    }

    @Test
    void refusesAnotherDimensionThanConfigured() {
        try (var other = model(Map.of("dimension", "384"))) {
            assertFailure(() -> other.embed("text"), "model_answer");
        }
    }

    @Test
    void learnsItsDimensionFromAnAnswer() {
        assertThat(model.knownDimension()).isNull();
        assertThat(remote.calls()).isEmpty();

        assertThat(model.dimension()).isEqualTo(3);
        assertThat(model.knownDimension()).isEqualTo(3);
        model.dimension();
        assertThat(remote.calls()).hasSize(1);
    }

    @Test
    void whoAsksForTheDimensionOfAServerThatIsAwayIsToldWhatToDo() {
        remote.fail(99, 500);

        assertThatThrownBy(model::dimension)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("model_unavailable");
                            assertThat(e.hint())
                                    .contains("tributary.embedding.models.far.dimension");
                        });
    }

    @Test
    void identityIsThatOfServerModelAndDimensions() {
        try (var same = model(Map.of());
                var other = model(Map.of("model", "bge"));
                var shorter = model(Map.of("dimensions", "3"))) {
            assertThat(same.identity()).isEqualTo(model.identity());
            assertThat(List.of(model.identity(), other.identity(), shorter.identity()))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void embedsNothingWithoutACall() {
        assertThat(model.embed(List.of())).isEmpty();
        assertThat(remote.calls()).isEmpty();
    }

    private static void assertFailure(Runnable call, String code) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class CachedEmbeddingModelTest {
    private final WordCountModel model = new WordCountModel("words", 4, 8);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final EmbeddingModel cached = cached(DataSize.ofMegabytes(1));

    private EmbeddingModel cached(DataSize size) {
        return new CachedEmbeddingModel(model, size, null, registry);
    }

    @Test
    void embedsATextOnce() {
        Embedded first = cached.embed("some text");
        Embedded second = cached.embed("some text");

        assertThat(second).isEqualTo(first);
        assertThat(model.calls).containsExactly(List.of("some text"));
    }

    @Test
    void onlyMissesGoToTheModelAndEachOnce() {
        cached.embed("known");

        List<Embedded> embedded = cached.embed(List.of("new", "known", "newer still", "new"));

        assertThat(model.calls).containsExactly(List.of("known"), List.of("new", "newer still"));
        assertThat(embedded)
                .isEqualTo(
                        new WordCountModel("words", 8)
                                .embed(List.of("new", "known", "newer still", "new")));
    }

    @Test
    void asksTheModelNothingWhenAllIsKnown() {
        cached.embed(List.of("a", "b"));

        cached.embed(List.of("b", "a", "b"));
        cached.embed(List.of());

        assertThat(model.calls).hasSize(1);
    }

    @Test
    void remembersWhatWasTruncated() {
        cached.embed("a b c d e f g h i j");

        Embedded again = cached.embed("a b c d e f g h i j");

        assertThat(again.truncated()).isTrue();
        assertThat(again.tokens()).isEqualTo(12);
    }

    @Test
    void staysWithinItsSize() {
        var small = cached(DataSize.ofBytes(10 * (200 + 2 * 4)));
        List<String> texts = IntStream.range(0, 100).mapToObj(i -> "text " + i).toList();
        small.embed(texts);
        model.calls.clear();

        small.embed(texts);

        assertThat(model.calls.getFirst()).hasSizeGreaterThanOrEqualTo(90);
    }

    @Test
    void countsEachTextOnceAsHitOrMiss() {
        cached.embed(List.of("known"));

        cached.embed(List.of("new", "known", "newer", "new"));

        assertThat(count("hit")).isEqualTo(1);
        assertThat(count("miss")).isEqualTo(3);
    }

    private double count(String result) {
        return registry.get("embedding.cache")
                .tag("level", "memory")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void tellsWhatTheModelTells() {
        assertThat(cached.name()).isEqualTo("words");
        assertThat(cached.dimension()).isEqualTo(2);
        assertThat(cached.tokensMax()).isEqualTo(4);
        assertThat(cached.textTokensMax()).isEqualTo(8);
        assertThat(cached.runtime()).isEqualTo("in the test");
        assertThat(cached.failure()).isNull();
        assertThat(cached.tokenize("two words").count()).isEqualTo(2);
    }
}

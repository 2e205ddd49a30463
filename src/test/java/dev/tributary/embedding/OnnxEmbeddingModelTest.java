package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.vector.Embedding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxEmbeddingModelTest {
    private static final EmbeddingModel INT8 = MiniLm.shared();
    private static final EmbeddingModel FLOAT32 = MiniLm.float32();

    @Test
    void float32GivesWhatSentenceTransformersGives() {
        // The first components that the model card's example prints.
        float[] expected = {0.0677f, 0.0635f, 0.0487f, 0.0793f, 0.0374f};

        float[] components = FLOAT32.embed("This is an example sentence").embedding().toArray();

        assertThat(components).hasSize(384);
        for (int i = 0; i < expected.length; i++) {
            assertThat(components[i]).isCloseTo(expected[i], within(1e-4f));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This is an example sentence",
                "How do I speed up a slow query?",
                "An index on the expression was as fast as one on a typed column. Building it after"
                        + " the rows are there is five times cheaper than inserting into it.",
                "Überraschung: 日本語 und 😀"
            })
    void int8StaysCloseToFloat32(String text) {
        double similarity = cosine(INT8.embed(text).embedding(), FLOAT32.embed(text).embedding());

        assertThat(similarity).isGreaterThan(0.975);
    }

    @Test
    void similarSentencesAreNearerThanUnrelatedOnes() {
        Embedding query = INT8.embed("How can I make my database faster?").embedding();

        double similar = cosine(query, INT8.embed("Tuning PostgreSQL for performance").embedding());
        double unrelated =
                cosine(query, INT8.embed("My grandmother bakes an apple pie").embedding());

        assertThat(similar).isGreaterThan(unrelated + 0.3);
    }

    @Test
    void embeddingsHaveLengthOne() {
        Embedding embedding = INT8.embed("any text").embedding();

        assertThat(cosineNumerator(embedding, embedding)).isCloseTo(1, within(1e-6));
    }

    @Test
    void theSameTextGivesTheSameBitsWhateverIsEmbeddedWithIt() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            texts.add("text number " + i + " says something" + " and something more".repeat(i % 7));
        }
        List<Embedded> alone = texts.stream().map(INT8::embed).toList();

        List<Embedded> together = INT8.embed(texts);
        List<Callable<List<Embedded>>> calls = Collections.nCopies(4, () -> INT8.embed(texts));
        List<List<Embedded>> atOnce = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Embedded>> call : threads.invokeAll(calls)) {
                atOnce.add(call.get());
            }
        }

        assertThat(together).isEqualTo(alone);
        assertThat(atOnce).containsOnly(alone);
    }

    @Test
    void answersInTheOrderOfTheTexts() {
        var texts =
                new ArrayList<>(List.of("a", "a longer text than the first", "b", "middle one"));
        Collections.shuffle(texts, new Random(7));

        List<Embedded> embedded = INT8.embed(texts);

        for (int i = 0; i < texts.size(); i++) {
            assertThat(embedded.get(i)).isEqualTo(INT8.embed(texts.get(i)));
        }
    }

    @Test
    void noTextsGiveNoEmbeddings() {
        assertThat(INT8.embed(List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3, false",
        "253, 255, false",
        "254, 256, false",
        "255, 257, true",
        "9000, 9002, true"
    })
    void countsAllTokensAndSaysWhatItCut(int words, int tokens, boolean truncated) {
        Embedded embedded = INT8.embed("word ".repeat(words));

        assertThat(embedded.tokens()).isEqualTo(tokens);
        assertThat(embedded.truncated()).isEqualTo(truncated);
    }

    @Test
    void readsExactlyTheBeginningOfATextThatIsTooLong() {
        String beginning = "word ".repeat(254);

        Embedded cut = INT8.embed(beginning + "and then something else altogether");

        assertThat(cut.embedding()).isEqualTo(INT8.embed(beginning).embedding());
    }

    @Test
    void embedsATextWithoutAnyToken() {
        Embedded embedded = INT8.embed(" \n\t");

        assertThat(embedded.tokens()).isEqualTo(2);
        assertThat(embedded.embedding().hasDirection()).isTrue();
    }

    @Test
    void survivesWhatIsNotUnicode() {
        assertThat(INT8.embed("half \ud83d of a pair \ude00").embedding())
                .isEqualTo(INT8.embed("half \ufffd of a pair \ufffd").embedding());
    }

    private static double cosine(Embedding one, Embedding other) {
        return cosineNumerator(one, other)
                / Math.sqrt(cosineNumerator(one, one) * cosineNumerator(other, other));
    }

    private static double cosineNumerator(Embedding one, Embedding other) {
        float[] a = one.toArray();
        float[] b = other.toArray();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}

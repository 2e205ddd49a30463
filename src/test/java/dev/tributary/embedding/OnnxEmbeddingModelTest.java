package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.vector.Embedding;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

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
        "255, 257, false",
        "4064, 4066, false",
        "4065, 4067, true",
        "9000, 9002, true"
    })
    void countsAllTokensAndSaysWhatItCut(int words, int tokens, boolean truncated) {
        Embedded embedded = INT8.embed("word ".repeat(words));

        assertThat(embedded.tokens()).isEqualTo(tokens);
        assertThat(embedded.truncated()).isEqualTo(truncated);
    }

    @Test
    void readsExactlyTheBeginningOfATextThatIsTooLong() {
        String beginning = words(0, INT8.textTokensMax() - 2);

        Embedded cut = INT8.embed(beginning + " and then something else altogether");

        assertThat(cut.embedding()).isEqualTo(INT8.embed(beginning).embedding());
    }

    @Test
    void saysHowMuchItReads() {
        assertThat(INT8.tokensMax()).isEqualTo(256);
        assertThat(INT8.textTokensMax()).isEqualTo(16 * 254 + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"128 127", "139 139", "254 25", "254 254", "254 254 132 131"})
    void aLongTextIsItsFirstWindowAndTheMeanOfAll(String sizes) {
        List<String> windows = new ArrayList<>();
        int start = 0;
        double[] sum = new double[384];
        for (String size : sizes.split(" ", -1)) {
            int words = Integer.parseInt(size);
            windows.add(words(start, words));
            add(sum, INT8.embed(windows.getLast()).embedding(), words);
            start += words;
        }
        Embedding first = INT8.embed(windows.getFirst()).embedding();
        add(sum, first, length(sum));

        float[] whole = INT8.embed(String.join(" ", windows)).embedding().toArray();

        for (int i = 0; i < whole.length; i++) {
            assertThat((double) whole[i]).isCloseTo(sum[i] / length(sum), within(1e-5));
        }
        assertThat(whole).isNotEqualTo(first.toArray());
    }

    @Test
    void aLongTextIsFoundByWhatItSaysAtItsEnd() {
        String beginning =
                "The board met in the town hall and approved the minutes of March. ".repeat(24);
        String end = "The heron stands in the river and waits for a fish to swim by. ".repeat(24);
        Embedding query = INT8.embed("Which bird catches fish?").embedding();

        double whole = cosine(query, INT8.embed(beginning + end).embedding());

        assertThat(whole).isGreaterThan(cosine(query, INT8.embed(beginning).embedding()) + 0.1);
    }

    @Test
    void aLongTextHasTheSameBitsAmongOthersAndFromTheCache() {
        String text = words(0, 700);
        var cached =
                new CachedEmbeddingModel(
                        INT8, DataSize.ofMegabytes(1), null, new SimpleMeterRegistry());
        Embedded alone = INT8.embed(text);

        assertThat(INT8.embed(List.of("short", text, words(9, 300), text)))
                .containsExactly(INT8.embed("short"), alone, INT8.embed(words(9, 300)), alone);
        assertThat(cached.embed(text)).isEqualTo(alone);
        assertThat(cached.embed(text)).isEqualTo(alone);
    }

    /** So many words of one token each, which change from window to window. */
    private static String words(int start, int count) {
        String[] all = "the river was high and no boat could cross it before spring".split(" ");
        String[] other = "two engines need oil every day or they will stop at night".split(" ");
        return IntStream.range(start, start + count)
                .mapToObj(i -> (i % 500 < 250 ? all : other)[i % all.length])
                .collect(Collectors.joining(" "));
    }

    private static void add(double[] sum, Embedding embedding, double times) {
        float[] components = embedding.toArray();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += components[i] * times;
        }
    }

    private static double length(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
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

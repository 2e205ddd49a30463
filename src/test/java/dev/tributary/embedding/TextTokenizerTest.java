package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTokenizerTest {
    private static final EmbeddingModel MODEL = MiniLm.shared();

    @Test
    void offsetsCountUtf16UnitsBehindAnEmoji() {
        assertThat(slices("😀😀 fast 日本語 index"))
                .containsExactly("😀😀", "fast", "日", "本", "語", "index");
    }

    @Test
    void offsetsCountAccentsThatTheModelDoesNotSee() {
        assertThat(slices("cafe\u0301 déjà \u00fcber")).containsExactly("cafe", "dé", "jà", "über");
    }

    @Test
    void oneCharacterMayBecomeSeveralTokens() {
        assertThat(slices("한")).containsExactly("한", "한", "한");
    }

    @Test
    void charactersThatTheModelDropsLieBetweenTokens() {
        assertThat(slices("\ufffdone\ufffd \u200b two\ufffd")).containsExactly("one", "two");
    }

    @Test
    void aWordOfMoreThanAHundredLettersIsOneToken() {
        Tokens tokens = MODEL.tokenize("a".repeat(100_000));

        assertThat(tokens.count()).isEqualTo(1);
        assertThat(tokens.start(0)).isZero();
        assertThat(tokens.end(0)).isEqualTo(100_000);
        assertThat(tokens.special()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2",
        "20, 22",
        "21, 13 12",
        "22, 22 4",
        "40, 22 22",
        "41, 22 13 12",
        "60, 22 22 22",
        "61, 22 22 22",
        "5000, 22 22 22"
    })
    void cutsALongTextIntoWindows(int words, String lengths) throws IOException {
        String resource = "/all-minilm-l6-v2-q-tokenizer.json";
        try (InputStream json = getClass().getResourceAsStream(resource);
                var tokenizer = TextTokenizer.load(Objects.requireNonNull(json))) {
            var input = tokenizer.input("word ".repeat(words), 22, 3);

            assertThat(input.tokens()).isEqualTo(words + 2);
            assertThat(input.windows().stream().map(window -> "" + window.length))
                    .containsExactly(lengths.split(" "));
            assertThat(input.windows())
                    .allSatisfy(window -> {
                        assertThat(window).startsWith(101).endsWith(102);
                        assertThat(window).containsOnlyOnce(101, 102);
                    });
        }
    }

    @Test
    void aBlankTextHasNoTokens() {
        assertThat(MODEL.tokenize("").count()).isZero();
        assertThat(MODEL.tokenize(" \n\t ").count()).isZero();
    }

    @Test
    void aLongTextHasTheTokensOfItsParts() {
        String part = "The café's index, 😀 rebuilt in 日本, is fast. ";
        int copies = 4_000;
        Tokens one = MODEL.tokenize(part);

        Tokens all = MODEL.tokenize(part.repeat(copies));

        assertThat(all.count()).isEqualTo(one.count() * copies);
        for (int i = 0; i < all.count(); i++) {
            int base = i / one.count() * part.length();
            assertThat(all.start(i)).isEqualTo(base + one.start(i % one.count()));
            assertThat(all.end(i)).isEqualTo(base + one.end(i % one.count()));
        }
    }

    @Test
    void offsetsStayInOrderAndInTheTextWhateverTheText() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            String text = anyText(random);

            Tokens tokens = MODEL.tokenize(text);

            for (int i = 0; i < tokens.count(); i++) {
                String where = "seed " + seed + ", round " + round + ", token " + i;
                assertThat(tokens.start(i)).as(where).isGreaterThanOrEqualTo(0);
                assertThat(tokens.end(i)).as(where).isBetween(tokens.start(i) + 1, text.length());
                if (i > 0) {
                    assertThat(tokens.start(i))
                            .as(where)
                            .isGreaterThanOrEqualTo(tokens.start(i - 1));
                    assertThat(tokens.end(i)).as(where).isGreaterThanOrEqualTo(tokens.end(i - 1));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"The quick brown fox jumps over the lazy dog. ", "a", "日本語", ".", "\n"})
    void aMegabyteTakesLinearTime(String part) {
        String text = part.repeat(1_000_000 / part.length());

        assertThat(assertTimeout(Duration.ofSeconds(20), () -> MODEL.tokenize(text))).isNotNull();
    }

    @Test
    void refusesOffsetsThatDoNotBelongTogether() {
        assertThatThrownBy(() -> Tokens.of(new int[2], new int[1], 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> slices(String text) {
        Tokens tokens = MODEL.tokenize(text);
        List<String> slices = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            slices.add(text.substring(tokens.start(i), tokens.end(i)));
        }
        return slices;
    }

    /** Letters, marks, halves of pairs, controls: any code point at all. */
    private static String anyText(Random random) {
        var text = new StringBuilder();
        for (int length = random.nextInt(200); length > 0; length--) {
            switch (random.nextInt(5)) {
                case 0 -> text.append(' ');
                case 1 -> text.append((char) ('a' + random.nextInt(26)));
                case 2 -> text.append((char) (0x300 + random.nextInt(0x70)));
                case 3 -> text.appendCodePoint(random.nextInt(0x3000));
                default -> text.appendCodePoint(random.nextInt(0x110000));
            }
        }
        return text.toString();
    }
}

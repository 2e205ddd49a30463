package dev.tributary.document.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.tributary.document.chunk.Chunking.Strategy;
import dev.tributary.document.extract.ContentType;
import dev.tributary.document.extract.TextDocuments;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.MiniLm;
import dev.tributary.embedding.Tokens;
import dev.tributary.vector.Parent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkerTest {
    private static final EmbeddingModel MODEL = MiniLm.shared();

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n\t ", "\u00a0\u2003", "\u200b", "\ufffd"})
    void aTextThatTheModelSeesNothingOfHasNoPieces(String text) {
        for (ContentType type : List.of(ContentType.PLAIN, ContentType.MARKDOWN)) {
            assertThat(sentences(text, type, 16, 4)).isEmpty();
            assertThat(fixed(text, 16, 4)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aShortTextIsOnePieceWithoutBlanksAtItsEnds(Strategy strategy) {
        List<Piece> pieces =
                split(
                        " \n Two words. And more.\n ",
                        ContentType.PLAIN,
                        MODEL,
                        chunking(strategy, 256, 32));

        Parent parent =
                strategy == Strategy.HIERARCHICAL ? new Parent(0, "Two words. And more.") : null;
        assertThat(pieces).containsExactly(new Piece("Two words. And more.", 3, 23, 8, parent));
    }

    @ParameterizedTest
    @EnumSource(
            value = Strategy.class,
            names = {"SENTENCE", "HIERARCHICAL"})
    void eachPieceOfALongTableBeginsWithItsHeaders(Strategy strategy) {
        String head = "| Model | Pressure | Price |\n|---|---|---|\n";
        String rows =
                IntStream.range(0, 60)
                        .mapToObj("| X%1$d | %1$d bar | %1$d0 EUR |\n"::formatted)
                        .collect(Collectors.joining());
        String text = "# Prices\n\nAll prices.\n\n" + head + rows + "\nText below.";

        List<Piece> pieces = split(text, ContentType.MARKDOWN, MODEL, chunking(strategy, 64, 0));

        assertThat(pieces).hasSizeGreaterThan(5);
        List<Piece> within =
                pieces.stream().filter(it -> it.text().contains("bar")).skip(1).toList();
        assertThat(within)
                .allSatisfy(it -> {
                    assertThat(it.text()).startsWith(head + "| X").contains(" EUR |");
                    assertThat(it.text().substring(head.length()))
                            .isEqualTo(text.substring(it.start(), it.end()));
                    assertThat(it.tokens()).isLessThanOrEqualTo(64);
                    assertThat(it.tokens()).isEqualTo(MODEL.tokenize(it.text()).count() + 2);
                });
        assertThat(pieces).allMatch(it -> !it.text().startsWith("\n"));
        assertThat(pieces.getLast().text()).endsWith("Text below.");
        assertThat(
                        pieces.stream()
                                .map(it -> text.substring(it.start(), it.end()))
                                .collect(Collectors.joining()))
                .isEqualToIgnoringWhitespace(text);
    }

    @Test
    void aParentThatBeginsWithinATableRepeatsItsHeadersToo() {
        String head = "| a | b |\n|---|---|\n";
        String text = head + "| one | two |\n".repeat(60);

        List<String> parents =
                split(text, ContentType.MARKDOWN, MODEL, chunking(Strategy.HIERARCHICAL, 32, 0))
                        .stream()
                        .map(Piece::parent)
                        .filter(Objects::nonNull)
                        .map(Parent::content)
                        .filter(Objects::nonNull)
                        .toList();

        assertThat(parents).hasSizeGreaterThan(2).allMatch(it -> it.startsWith(head + "| one"));
    }

    @Test
    void headersThatLeaveLittleRoomAreNotRepeated() {
        String head = "| " + words(0, 40) + " |\n|---|\n";
        String text = head + ("| " + words(0, 10) + " |\n").repeat(20);

        List<Piece> pieces = sentences(text, ContentType.MARKDOWN, 64, 0);

        assertThat(pieces.stream().map(Piece::text).collect(Collectors.joining()))
                .isEqualToIgnoringWhitespace(text);
    }

    @Test
    void aLongTableWithCarriageReturnsIsSplitBetweenRows() {
        String text = "| a | b |\r|---|---|\r" + "| one | two |\r".repeat(60);

        assertThat(sentences(text, ContentType.MARKDOWN, 64, 0))
                .hasSizeGreaterThan(2)
                .allSatisfy(it -> assertThat(it.text()).startsWith("| a | b |\r").endsWith("|"));
    }

    @Test
    void fixedGivesWindowsOfExactlyTheSizeWithOverlap() {
        List<Piece> pieces = fixed(words(0, 100), 22, 5);

        assertThat(pieces.getFirst().text()).isEqualTo(words(0, 20));
        assertThat(pieces.get(1).text()).isEqualTo(words(15, 35));
        assertThat(pieces.getLast().text()).isEqualTo(words(90, 100));
        assertThat(pieces.subList(0, pieces.size() - 1)).allMatch(piece -> piece.tokens() == 22);
    }

    @Test
    void fixedWithoutOverlapRepeatsNothing() {
        String text = words(0, 100);

        assertThat(fixed(text, 22, 0).stream().map(Piece::text).collect(Collectors.joining(" ")))
                .isEqualTo(text);
    }

    @Test
    void sentencesStayWholeAndTheOverlapIsWholeSentences() {
        List<Piece> pieces =
                sentences(
                        "One two three. Four five six. Seven eight nine. Ten eleven.",
                        ContentType.PLAIN,
                        16,
                        5);

        assertThat(pieces)
                .extracting(Piece::text)
                .containsExactly(
                        "One two three. Four five six. Seven eight nine.",
                        "Seven eight nine. Ten eleven.");
    }

    @Test
    void noOverlapRepeatsNoSentence() {
        assertThat(
                        sentences(
                                "One two three. Four five six. Seven eight nine. Ten eleven.",
                                ContentType.PLAIN,
                                16,
                                0))
                .extracting(Piece::text)
                .containsExactly("One two three. Four five six. Seven eight nine.", "Ten eleven.");
    }

    @Test
    void aSentenceThatIsTooLongFallsBackToWindows() {
        String text = "Short one! " + words(0, 40) + ". Last one.";

        List<Piece> pieces = sentences(text, ContentType.PLAIN, 22, 5);

        assertThat(pieces.getFirst().text()).isEqualTo("Short one!");
        assertThat(pieces.get(1).text()).isEqualTo(words(0, 20));
        assertThat(pieces.get(2).text()).isEqualTo(words(15, 35));
        assertThat(pieces.getLast().text()).endsWith(words(30, 40) + ". Last one.");
    }

    @Test
    void aHeadingStaysWithTheTextThatFollows() {
        List<Piece> pieces =
                sentences(
                        "# A\n" + words(0, 15) + ".\n\n# B\n## C\n\n" + words(15, 25) + ".",
                        ContentType.MARKDOWN,
                        22,
                        8);

        assertThat(pieces)
                .extracting(Piece::text)
                .containsExactly(
                        "# A\n" + words(0, 15) + ".", "# B\n## C\n\n" + words(15, 25) + ".");
    }

    @Test
    void aHeadingStaysWithTheBeginningOfASentenceThatIsTooLong() {
        List<Piece> pieces = sentences("# A\n" + words(0, 40), ContentType.MARKDOWN, 22, 0);

        assertThat(pieces.getFirst().text()).isEqualTo("# A\n" + words(0, 18));
    }

    @Test
    void aCodeBlockIsNotTornWhenItFits() {
        String code = "```\n" + words(0, 8) + ". X.\n" + words(8, 14) + "\n```";

        List<Piece> pieces =
                sentences(
                        words(20, 36) + ".\n\n" + code + "\n\nAfter.", ContentType.MARKDOWN, 30, 0);

        assertThat(pieces)
                .extracting(Piece::text)
                .containsExactly(words(20, 36) + ".", code + "\n\nAfter.");
    }

    @Test
    void aTableThatDoesNotFitIsCutBetweenItsRows() {
        String table =
                IntStream.range(0, 12)
                        .mapToObj(i -> "| " + words(i, i + 3) + " |")
                        .collect(Collectors.joining("\n"));

        List<Piece> pieces = sentences(table, ContentType.MARKDOWN, 22, 8);

        assertThat(pieces).hasSize(3).allMatch(piece -> piece.text().startsWith("| "));
        assertThat(pieces.stream().map(Piece::text).collect(Collectors.joining("\n")))
                .isEqualTo(table);
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aWordWithoutEndIsCutByCharacters(Strategy strategy) {
        String text = "before " + "a".repeat(100_000) + " after";

        List<Piece> pieces = split(text, ContentType.PLAIN, MODEL, chunking(strategy, 32, 8));

        assertThat(pieces).hasSizeBetween(390, 394);
        assertSound(text, pieces, 32, "");
    }

    @ParameterizedTest
    @CsvSource({
        "SENTENCE, 0",
        "SENTENCE, 16",
        "FIXED, 0",
        "FIXED, 16",
        "SLIDING, 16",
        "HIERARCHICAL, 0",
        "HIERARCHICAL, 16"
    })
    void everyPieceFitsAndAllTokensAreCoveredWhateverTheText(Strategy strategy, int overlap) {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            String text = anyText(random);
            int size = 16 + random.nextInt(50);
            ContentType type = random.nextBoolean() ? ContentType.PLAIN : ContentType.MARKDOWN;

            List<Piece> pieces =
                    split(text, type, MODEL, chunking(strategy, size, Math.min(overlap, size / 2)));

            assertSound(text, pieces, size, "seed " + seed + ", round " + round + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The quick brown fox jumps over the lazy dog. ",
                "no full stop ",
                "a",
                "日本語",
                "# h\n",
                "| a |\n",
                "- \n",
                "\u200b",
                "unbelievable"
            })
    void aLongTextTakesAboutLinearTime(String part) {
        String text = part.repeat(200_000 / part.length());

        for (Strategy strategy : Strategy.values()) {
            assertTimeout(
                    Duration.ofSeconds(20),
                    () -> split(text, ContentType.MARKDOWN, MODEL, chunking(strategy, 256, 32)));
        }
    }

    @Test
    void aMegabyteOfProseTakesSeconds() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(22_000);

        List<Piece> pieces =
                assertTimeout(
                        Duration.ofSeconds(20),
                        () ->
                                split(
                                        text,
                                        ContentType.PLAIN,
                                        MODEL,
                                        chunking(Strategy.SENTENCE, 256, 32)));

        assertThat(pieces).hasSizeGreaterThan(900).allMatch(piece -> piece.tokens() <= 256);
    }

    @Test
    void windowsOverlapByHalfTheSizeAtMostAndFixedOnesNotAtAllIfAsked() {
        String text = words(0, 100);

        List<Piece> sliding = split(text, ContentType.PLAIN, MODEL, defaults(Strategy.SLIDING, 22));
        List<Piece> fixed = split(text, ContentType.PLAIN, MODEL, chunking(Strategy.FIXED, 22, 0));

        assertThat(sliding.get(1).text()).isEqualTo(words(9, 29));
        assertThat(sliding.get(2).text()).isEqualTo(words(18, 38));
        assertThat(fixed.get(1).text()).isEqualTo(words(20, 40));
    }

    private static Chunking defaults(Strategy strategy, int size) {
        return Chunking.of(new ChunkingRequest(strategy, size, null, null), MODEL);
    }

    private static void assertSound(String text, List<Piece> pieces, int size, String where) {
        Piece before = null;
        for (Piece piece : pieces) {
            String what = where + piece;
            assertThat(piece.text()).as(what).isEqualTo(text.substring(piece.start(), piece.end()));
            assertThat(piece.text()).as(what).isEqualTo(piece.text().strip()).isNotEmpty();
            assertThat(piece.text().length()).as(what).isLessThanOrEqualTo(8 * size);
            assertThat(MODEL.tokenize(piece.text()).count() + 2).as(what).isEqualTo(piece.tokens());
            assertThat(piece.tokens()).as(what).isBetween(3, size);
            if (before != null) {
                assertThat(piece.start()).as(what).isGreaterThan(before.start());
                assertThat(piece.end()).as(what).isGreaterThan(before.end());
            }
            before = piece;
        }
        assertThat(uncovered(text, pieces)).as(where).isEmpty();
    }

    /** The tokens that are not wholly in pieces. */
    private static List<String> uncovered(String text, List<Piece> pieces) {
        var covered = new boolean[text.length()];
        for (Piece piece : pieces) {
            Arrays.fill(covered, piece.start(), piece.end(), true);
        }
        Tokens tokens = MODEL.tokenize(text);
        return IntStream.range(0, tokens.count())
                .filter(i ->
                        !IntStream.range(tokens.start(i), tokens.end(i)).allMatch(c -> covered[c]))
                .mapToObj(i -> text.substring(tokens.start(i), tokens.end(i)))
                .toList();
    }

    /** Prose, code, endless words, marks, emoji and Hangul, in any order. */
    static String anyText(Random random) {
        String[] parts = {
            "Plain words here",
            ". ",
            "! ",
            "\n",
            "\n\n",
            "# Heading\n",
            "- item ",
            "| a | b |\n",
            "```\n",
            "antidisestablishmentarianism",
            "😀",
            "한국어",
            "日本語。",
            "é",
            "e\u0301\u0327",
            "\u200b",
            "   ",
            "x",
            "3.14",
            "\ud83d",
            "[SEP]",
            "https://example.org/a/b?c=d&e=f"
        };
        var text = new StringBuilder();
        for (int i = random.nextInt(300); i > 0; i--) {
            String part = parts[random.nextInt(parts.length)];
            boolean endless = random.nextInt(200) == 0;
            text.append(endless ? "z".repeat(random.nextInt(2_000)) : part);
            if (random.nextInt(3) == 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }

    private static List<Piece> split(
            String text, ContentType type, EmbeddingModel model, Chunking chunking) {
        return Chunker.split(TextDocuments.of(text, type), model, chunking);
    }

    private static Chunking chunking(Strategy strategy, int size, int overlap) {
        int parentSize = strategy == Strategy.HIERARCHICAL ? 3 * size : 0;
        return new Chunking(strategy, size, overlap, parentSize);
    }

    private static List<Piece> sentences(String text, ContentType type, int size, int overlap) {
        return split(text, type, MODEL, chunking(Strategy.SENTENCE, size, overlap));
    }

    private static List<Piece> fixed(String text, int size, int overlap) {
        return split(text, ContentType.PLAIN, MODEL, chunking(Strategy.FIXED, size, overlap));
    }

    /** Words of one token each, another for each number. */
    static String words(int from, int to) {
        String[] words = {"tree", "house", "river", "stone", "cloud", "bread", "light", "horse"};
        return IntStream.range(from, to)
                .mapToObj(i -> words[i % words.length])
                .collect(Collectors.joining(" "));
    }
}

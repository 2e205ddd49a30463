package dev.tributary.document.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.document.chunk.Chunking.Strategy;
import dev.tributary.document.extract.ContentType;
import dev.tributary.document.extract.TextDocuments;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.embedding.MiniLm;
import dev.tributary.vector.Parent;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Parents of pieces. */
class SectionsTest {
    private static final EmbeddingModel MODEL = MiniLm.shared();

    @Test
    void aHeadingWithAllBelowItIsOneParentWhereItFits() {
        String guide = "# Guide\n\n" + ChunkerTest.words(0, 5) + ".\n\n";
        String linux = "### Linux\n\n" + ChunkerTest.words(5, 20) + ".\n\n";
        String mac = "### Mac\n\n" + ChunkerTest.words(20, 35) + ".\n\n";
        String use = "## Use\n\n" + ChunkerTest.words(35, 60) + ".\n\n";
        String text = guide + "## Install\n\n" + linux + mac + use;

        List<Piece> pieces =
                split(
                        text,
                        ContentType.MARKDOWN,
                        MODEL,
                        new Chunking(Strategy.HIERARCHICAL, 30, 0, 60));

        assertThat(parents(pieces))
                .containsExactly(
                        guide.strip(), ("## Install\n\n" + linux + mac).strip(), use.strip());
    }

    @Test
    void aSectionThatIsTooLongIsCutBetweenSentencesAndAHeadingAloneGoesWithTheNext() {
        String sentence = "The " + ChunkerTest.words(0, 19) + ".";
        String text = "# Bare\n\n## Long\n\n" + (sentence + " ").repeat(4) + "\n\n## Short\n\nEnd.";

        List<Piece> pieces =
                split(
                        text,
                        ContentType.MARKDOWN,
                        MODEL,
                        new Chunking(Strategy.HIERARCHICAL, 30, 0, 60));

        assertThat(parents(pieces))
                .containsExactly(
                        "# Bare\n\n## Long\n\n" + sentence + " " + sentence,
                        sentence + " " + sentence,
                        "## Short\n\nEnd.");
    }

    @Test
    void childrenStayWithinTheirParentsWhateverTheText() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            String text = ChunkerTest.anyText(random);
            int size = 16 + random.nextInt(50);

            List<Piece> pieces =
                    split(
                            text,
                            random.nextBoolean() ? ContentType.PLAIN : ContentType.MARKDOWN,
                            MODEL,
                            new Chunking(Strategy.HIERARCHICAL, size, 8, size * 2));

            String parent = "";
            for (int i = 0; i < pieces.size(); i++) {
                Parent of = Objects.requireNonNull(pieces.get(i).parent());
                String where = "seed " + seed + ", round " + round + " " + pieces.get(i);
                if (of.content() != null) {
                    assertThat(of.index()).as(where).isEqualTo(i);
                    parent = of.content();
                } else {
                    assertThat(of).as(where).isEqualTo(new Parent(lastParent(pieces, i), null));
                }
                assertThat(parent).as(where).contains(pieces.get(i).text());
                assertThat(MODEL.tokenize(parent).count() + 2)
                        .as(where)
                        .isLessThanOrEqualTo(2 * size);
            }
        }
    }

    private static int lastParent(List<Piece> pieces, int i) {
        Parent before = Objects.requireNonNull(pieces.get(i - 1).parent());
        return before.index();
    }

    private static List<String> parents(List<Piece> pieces) {
        return pieces.stream()
                .map(piece -> Objects.requireNonNull(piece.parent()).content())
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Piece> split(
            String text, ContentType type, EmbeddingModel model, Chunking chunking) {
        return Chunker.split(TextDocuments.of(text, type), model, chunking);
    }
}

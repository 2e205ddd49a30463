package dev.tributary.document.extract;

import static dev.tributary.document.extract.Drawing.width;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** What is seen on a page is what is read of it (issue 9, C12). */
class PdfLayoutTest {
    @ParameterizedTest
    @ValueSource(ints = {90, 180, 270, 45, 30, -60})
    void aTableThatIsDrawnSidewaysIsReadInWords(int degrees) {
        double down = Math.toRadians(degrees - 90);
        var drawing = new Drawing();
        List<String> rows = List.of("Region Revenue Growth", "North 4711 12", "South 815 7");
        for (int i = 0; i < rows.size(); i++) {
            drawing.turned(
                    degrees,
                    300 + i * 13 * Math.cos(down),
                    400 + i * 13 * Math.sin(down),
                    11,
                    rows.get(i));
        }

        assertThat(text(drawing)).isEqualTo(String.join("\n", rows));
    }

    @Test
    void aStampInTheMarginComesAfterTheText() {
        var drawing =
                new Drawing()
                        .turned(90, 30, 200, 14, "arXiv:2301.00001v1 [cs.IR] 1 Jan 2023")
                        .lines(72, 700, 14, "We study how streams", "join in the valley.");

        assertThat(text(drawing))
                .isEqualTo(
                        "We study how streams\njoin in the valley.\n\narXiv:2301.00001v1 [cs.IR] 1 Jan 2023");
    }

    @Test
    void aWatermarkAcrossThePageIsReadOnce() {
        var drawing = new Drawing();
        for (String line : List.of("The goods have been", "returned to the", "warehouse.")) {
            drawing.lines(72, 700, 14, "A full line of text, ending so:", line)
                    .turned(45, 150, 300, 60, "CONFIDENTIAL DRAFT");
            if (!line.endsWith(".")) {
                drawing.page();
            }
        }

        assertThat(text(drawing)).containsOnlyOnce("CONFIDENTIAL DRAFT");
    }

    @ParameterizedTest
    @ValueSource(ints = {90, 180, 270})
    void aTurnedPageWithTextThatIsNotTurnedIsReadInWords(int rotation) {
        var drawing =
                new Drawing()
                        .rotated(rotation)
                        .lines(72, 700, 14, "This page is", "turned around.");

        assertThat(text(drawing)).isEqualTo("This page is\nturned around.");
    }

    @Test
    void columnsOfJapaneseAreReadFromTheRight() {
        var drawing = new Drawing().column(480, 780, "二行目の文章です。").column(500, 780, "縦書きの文書です。");

        assertThat(text(drawing)).isEqualTo("縦書きの文書です。\n二行目の文章です。");
    }

    @Test
    void aWordThatTheEndOfAColumnPartsIsOneInJapanese() {
        var drawing = new Drawing().column(500, 780, "これは全文検").column(480, 780, "索の文書です。");

        assertThat(text(drawing)).isEqualTo("これは全文検索の文書です。");
    }

    @ParameterizedTest
    @ValueSource(doubles = {11.5, 13, 16, 16.5, 20, 22, 26})
    void linesOfAParagraphStayOneWhateverTheirSpacing(double distance) {
        var drawing =
                new Drawing()
                        .lines(
                                72,
                                780,
                                distance,
                                "The refund is paid within thirty days of the deliv-",
                                "ery, unless the goods were sent back before by the com-",
                                "pany itself. The clerk signs the form at the end of the",
                                "day.")
                        .lines(
                                72,
                                780 - 5.5 * distance,
                                distance,
                                "Another paragraph begins here, and it goes on over the",
                                "end of its first line.");

        ExtractedDocument read = read(drawing);

        assertThat(read.text())
                .isEqualTo(
                        """
                        The refund is paid within thirty days of the delivery, unless the goods were sent back before by the company itself. The clerk signs the form at the end of the
                        day.

                        Another paragraph begins here, and it goes on over the
                        end of its first line.\
                        """);
        assertThat(read.units()).hasSize(3);
    }

    @Test
    void aHeadingAndAListStayApartFromTheTextAroundThem() {
        var drawing =
                new Drawing()
                        .text(72, 780, 16, "Care of otters")
                        .lines(72, 755, 14, "An otter needs these things in", "all weathers:")
                        .lines(
                                72,
                                727,
                                14,
                                "\u0095 water",
                                "\u0095 fish, and",
                                "  shells",
                                "\u0095 a friend");

        assertThat(text(drawing).split("\n\n"))
                .containsExactly(
                        "Care of otters",
                        "An otter needs these things in\nall weathers:",
                        "• water",
                        "• fish, and\nshells",
                        "• a friend");
    }

    @Test
    void anIndentedFirstLineBeginsAParagraph() {
        var drawing =
                new Drawing()
                        .lines(72, 780, 14, "One paragraph of", "two lines")
                        .text(90, 752, 11, "Another begins")
                        .lines(72, 738, 14, "indented and", "goes on.");

        assertThat(text(drawing))
                .isEqualTo("One paragraph of\ntwo lines\n\nAnother begins\nindented and\ngoes on.");
    }

    @ParameterizedTest
    @CsvSource({
        "state-of-the-, art pump, state-of-the-art pump",
        "a long-, term plan, a long-term plan",
        "the com-, pany, the company",
        "the x86-, based one, the x86-based one",
        "part AB-, 1234 fits, part AB-1234 fits",
        "an e-, mail address, an e-mail address",
        "a DNA-, binding site, a DNA-binding site",
        "Baden-, Baden lies there, Baden-Baden lies there",
        "das Eigen-, tum, das Eigentum",
        "an un-, known word, an unknown word",
        "four-, teen days, fourteen days",
        "a peer-, to-peer net, a peer-to-peer net",
        "the short-, age, the shortage",
        "state-, ment, statement",
        "the vice-, chair, the vice-chair",
        "a follow-, up, a follow-up",
        "duty-, free, duty-free",
        "a depart-, ment, a department",
        "a co\u00ad, operation, a cooperation"
    })
    void aHyphenAtTheEndOfALineIsKeptWhereItBelongsToTheWord(
            String first, String second, String expected) {
        // Helvetica has the soft hyphen at the same code.
        assertThat(text(new Drawing().lines(72, 700, 14, first, second))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"und", "oder", "bzw", "sowie", "or"})
    void aHyphenBeforeAConjunctionIsOfTheWord(String conjunction) {
        var drawing = new Drawing().lines(72, 700, 14, "Die Lohn-", conjunction + " Steuer");

        assertThat(text(drawing)).isEqualTo("Die Lohn-\n" + conjunction + " Steuer");
    }

    @Test
    void theRestOfTheDocumentTellsWhatAHyphenIs() {
        var drawing =
                new Drawing()
                        .lines(72, 700, 14, "A tide-", "water and a re-", "cover and long-", "ship")
                        .page()
                        .lines(72, 700, 14, "The tide-water. Recover it. The longship.");

        assertThat(text(drawing)).startsWith("A tide-water and a recover and longship\n");
    }

    @ParameterizedTest
    @CsvSource({
        "the ware-, house burns., the warehouse burns.",
        "the self-, made jam., the self-made jam.",
        "the goods, have gone., 'the goods\nhave gone.'",
        "in the, Ghent warehouse., 'in the\nGhent warehouse.'"
    })
    void aPageGoesOnWhereTheOneBeforeEnded(String first, String second, String expected) {
        var drawing =
                new Drawing()
                        .lines(72, 700, 14, first)
                        .page()
                        .lines(72, 700, 14, second, "The end.");

        ExtractedDocument read = read(drawing);

        assertThat(read.text()).isEqualTo(expected + "\nThe end.");
        assertThat(read.pageAt(0)).isEqualTo(1);
        assertThat(read.pageAt(expected.length() - 3)).isEqualTo(2);
        assertThat(read.units()).hasSize(2);
    }

    @Test
    void headersAndFootersOfPagesAreLeftOut() {
        var drawing = new Drawing();
        List<String> bodies =
                List.of(
                        "The refund is paid within four-",
                        "teen days after the",
                        "goods are back.");
        for (int i = 1; i <= 3; i++) {
            drawing.text(72, 800, 9, "ACME Handbook 2024 - Confidential")
                    .text(480, 800, 9, "v1." + 7)
                    .lines(72, 700, 14, bodies.get(i - 1))
                    .text(280, 40, 9, "Page %d of 3".formatted(i));
            if (i < 3) {
                drawing.page();
            }
        }

        assertThat(text(drawing))
                .isEqualTo("The refund is paid within fourteen days after the\ngoods are back.");
    }

    @Test
    void aHeaderOnLeftPagesAndAnotherOnRightOnesAreLeftOutToo() {
        var drawing = new Drawing();
        for (int i = 1; i <= 4; i++) {
            drawing.text(72, 810, 9, i % 2 == 0 ? i + "   Otters" : "At night   " + i)
                    .lines(
                            72,
                            700,
                            14,
                            "Text number "
                                    + List.of("one", "two", "three", "four").get(i - 1)
                                    + ".");
            if (i < 4) {
                drawing.page();
            }
        }

        assertThat(text(drawing))
                .isEqualTo(
                        "Text number one.\n\nText number two.\n\nText number three.\n\nText number four.");
    }

    @Test
    void whatRepeatsWithinTheTextIsNoHeader() {
        var drawing = new Drawing();
        for (int page = 1; page <= 2; page++) {
            drawing.text(72, 800, 9, "Guests of the lighthouse");
            String name = page == 1 ? "Ann" : "Ben";
            drawing.lines(72, 700, 14, name + " came by boat.", "The visit was in June.");
            if (page == 1) {
                drawing.page();
            }
        }

        assertThat(text(drawing))
                .isEqualTo(
                        """
                        Ann came by boat.
                        The visit was in June.

                        Ben came by boat.
                        The visit was in June.\
                        """);
    }

    @Test
    void whatDiffersFromPageToPageIsNoHeader() {
        var drawing =
                new Drawing()
                        .text(72, 800, 11, "Invoice 17 for 300 euros")
                        .lines(72, 700, 14, "Pay it.")
                        .page()
                        .text(72, 800, 11, "Invoice 44 for 900 euros")
                        .lines(72, 700, 14, "Pay it now.");

        assertThat(text(drawing)).contains("Invoice 17 for 300", "Invoice 44 for 900");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 1.5, 2, 3, 5})
    void lettersThatAreSpacedOutAreWords(double space) {
        var drawing = new Drawing().spaced(72, 700, space, "Quarterly report of the board, 2024");

        assertThat(text(drawing)).isEqualTo("Quarterly report of the board, 2024");
    }

    @Test
    void lettersBetweenTypedBlanksAreWordsToo() {
        var drawing = new Drawing().text(72, 700, 11, "S e c t i o n   o n e");

        assertThat(text(drawing)).isEqualTo("Section one");
    }

    @Test
    void wordsWithoutBlanksBetweenThemAreToldByTheGaps() {
        var drawing =
                new Drawing()
                        .text(72, 700, 11, "Spread")
                        .text(112, 700, 11, "out")
                        .text(72, 686, 11, "by")
                        .text(88, 686, 11, "hand.");

        assertThat(text(drawing)).isEqualTo("Spread out\nby hand.");
    }

    @ParameterizedTest
    @CsvSource({
        "about 10, 6, cells, about 10^6 cells",
        "in 2019, 3, it, in 2019 3 it",
        "at 10, -9, m, at 10^-9 m",
        "an area of 5 m, 2, here, an area of 5 m^2 here",
        "the streams, 12, join, the streams 12 join",
        "E = mc, 2, holds, E = mc^2 holds",
        "so x, n, grows, so x^n grows",
        "it was in, 3, all, it was in 3 all",
        "the 21, st, century, the 21st century"
    })
    void raisedNumbersArePowersOrMarks(String before, String raised, String after, String all) {
        double end = 72 + width(before, 11);
        var drawing =
                new Drawing()
                        .text(72, 700, 11, before)
                        .text(end, 704, 7, raised)
                        .text(end + width(raised, 7) + 3, 700, 11, after);

        assertThat(text(drawing)).isEqualTo(all);
    }

    @Test
    void loweredNumbersBelongToTheirWord() {
        double end = 72 + width("The H", 11);
        var drawing =
                new Drawing()
                        .text(72, 700, 11, "The H")
                        .text(end, 697.5, 7, "2")
                        .text(end + width("2", 7), 700, 11, "O is water.");

        assertThat(text(drawing)).isEqualTo("The H2O is water.");
    }

    @Test
    void hebrewBesideLatinIsInTheOrderInWhichItIsRead() {
        // Seen from left to right: MOLAHS habibi MOLAHS.
        String shalom = "שלום";
        String visual = new StringBuilder(shalom).reverse().toString();
        double width = 4 * 5.5;
        var drawing =
                new Drawing()
                        .hebrew(72, 700, visual)
                        .text(72 + width + 4, 700, 11, "habibi 42")
                        .hebrew(72 + width + 4 + width("habibi 42", 11) + 4, 700, visual);

        assertThat(text(drawing)).isEqualTo(shalom + " habibi 42 " + shalom);
    }

    static String text(Drawing drawing) {
        return read(drawing).text();
    }

    static ExtractedDocument read(Drawing drawing) {
        var limits = new ExtractionLimits(DataSize.ofMegabytes(1), 9, Duration.ofSeconds(60), 1);
        return PdfExtraction.read(drawing.bytes(), new ExtractionBudget(limits, () -> 0));
    }
}

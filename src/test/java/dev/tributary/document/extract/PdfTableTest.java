package dev.tributary.document.extract;

import static dev.tributary.document.extract.PdfLayoutTest.read;
import static dev.tributary.document.extract.PdfLayoutTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.document.extract.Unit.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Columns and tables of PDF pages (issue 9, C12). */
class PdfTableTest {
    private static final List<String> LEFT =
            List.of(
                    "Left column starts here and",
                    "explains how the valve opens",
                    "when pressure rises above",
                    "five bar in the sys-");

    private static final List<String> RIGHT =
            List.of(
                    "tem. Then the other talks about",
                    "the warranty, which ends after",
                    "twenty four months from the",
                    "day of delivery to you.");

    private static final String BOTH =
            """
            Left column starts here and
            explains how the valve opens
            when pressure rises above
            five bar in the system. Then the other talks about
            the warranty, which ends after
            twenty four months from the
            day of delivery to you.\
            """;

    @Test
    void columnsThatAreDrawnRowByRowAreReadColumnByColumn() {
        var drawing = new Drawing();
        for (int i = 0; i < LEFT.size(); i++) {
            drawing.text(60, 780 - i * 14, 10, LEFT.get(i));
            drawing.text(320, 780 - i * 14, 10, RIGHT.get(i));
        }

        assertThat(text(drawing)).isEqualTo(BOTH);
    }

    @Test
    void columnsThatAreDrawnOneAfterTheOtherAreReadSo() {
        var drawing = new Drawing();
        for (int i = 0; i < LEFT.size(); i++) {
            drawing.text(60, 780 - i * 14, 10, LEFT.get(i));
        }
        for (int i = 0; i < RIGHT.size(); i++) {
            drawing.text(320, 776 - i * 14, 10, RIGHT.get(i));
        }

        assertThat(text(drawing)).isEqualTo(BOTH);
    }

    @Test
    void aTitleAboveColumnsAndALineBelowThemStayThere() {
        var drawing =
                new Drawing()
                        .text(
                                60,
                                790,
                                10,
                                "How the valve works, and what the warranty says about it, in short");
        for (int i = 0; i < LEFT.size(); i++) {
            drawing.text(60, 760 - i * 14, 10, LEFT.get(i));
            drawing.text(320, 760 - i * 14, 10, RIGHT.get(i));
        }
        drawing.text(
                60,
                690,
                10,
                "Printed on paper that was made from the wood of the forests of Flanders.");

        assertThat(text(drawing))
                .isEqualTo(
                        "How the valve works, and what the warranty says about it, in short\n\n"
                                + BOTH
                                + "\n\nPrinted on paper that was made from the wood of the forests of Flanders.");
    }

    @Test
    void textThatIsDrawnFromTheBottomUpIsReadFromTheTop() {
        var drawing =
                new Drawing()
                        .text(72, 748, 11, "Third line of the text.")
                        .text(72, 764, 11, "Second line of the text.")
                        .text(72, 780, 11, "First line of the text.");

        assertThat(text(drawing))
                .isEqualTo(
                        "First line of the text.\nSecond line of the text.\nThird line of the text.");
    }

    @Test
    void anEmptyCellOfATableKeepsItsPlace() {
        var drawing =
                new Drawing()
                        .lines(72, 740, 14, "The stock of the shop is in this table, as of today:")
                        .text(78, 700, 11, "Item")
                        .text(228, 700, 11, "Price")
                        .text(328, 700, 11, "Stock")
                        .text(78, 682, 11, "Apple")
                        .text(228, 682, 11, "1.20")
                        .text(328, 682, 11, "12")
                        .text(78, 664, 11, "Pear tree")
                        .text(328, 664, 11, "7")
                        .text(78, 646, 11, "Plum")
                        .text(228, 646, 11, "3.00")
                        .lines(72, 600, 14, "Come and buy.");

        ExtractedDocument read = read(drawing);

        assertThat(read.text())
                .isEqualTo(
                        """
                        The stock of the shop is in this table, as of today:

                        | Item | Price | Stock |
                        | Apple | 1.20 | 12 |
                        | Pear tree |  | 7 |
                        | Plum | 3.00 |  |

                        Come and buy.\
                        """);
        assertThat(read.units())
                .extracting(Unit::kind)
                .containsExactly(Kind.SENTENCE, Kind.BLOCK, Kind.SENTENCE);
    }

    @Test
    void cellsThatStandCloseAreTakenApartWhereOtherRowsShowTheColumns() {
        var drawing = new Drawing().text(72, 740, 10, "The fleet of the harbour");
        row(drawing, 700, "Ship", "Built", "Crew", "Port");
        row(drawing, 682, "Nautilus II", "1954", "", "Oslo");
        row(drawing, 664, "Aurora", "", "3", "");
        row(drawing, 646, "Old ferry", "", "", "");
        row(drawing, 628, "Borealis 7", "1987", "12", "Bergen");

        assertThat(text(drawing))
                .isEqualTo(
                        """
                        The fleet of the harbour

                        | Ship | Built | Crew | Port |
                        | Nautilus II | 1954 |  | Oslo |
                        | Aurora |  | 3 |  |
                        | Old ferry |  |  |  |
                        | Borealis 7 | 1987 | 12 | Bergen |\
                        """);
    }

    @Test
    void aLineBetweenTwoTablesBelongsToNeither() {
        var drawing = new Drawing();
        for (int y : new int[] {700, 580}) {
            row(drawing, y, "Ship", "Built", "Crew", "Port");
            row(drawing, y - 18, "Aurora", "", "3", "");
            row(drawing, y - 36, "Old ferry", "", "", "");
            row(drawing, y - 54, "Borealis 7", "1987", "12", "Bergen");
        }
        drawing.text(72, 613, 10, "In winter the ships stay here.");

        String table =
                """
                | Ship | Built | Crew | Port |
                | Aurora |  | 3 |  |
                | Old ferry |  |  |  |
                | Borealis 7 | 1987 | 12 | Bergen |\
                """;
        assertThat(text(drawing))
                .isEqualTo(table + "\n\nIn winter the ships stay here.\n\n" + table);
    }

    @Test
    void theHeaderOfATableThatGoesOnOverPagesIsKept() {
        var drawing = new Drawing();
        for (int page = 1; page <= 2; page++) {
            drawing.text(72, 810, 9, "Harbour office");
            row(drawing, 760, "Ship", "Built", "Crew", "Port");
            String first = page == 1 ? "Aurora" : "Borealis";
            for (int i = 0; i < 5; i++) {
                row(drawing, 742 - 18 * i, i == 0 ? first : "Boat " + i * page, "1954", "", "Oslo");
            }
            if (page == 1) {
                drawing.page();
            }
        }

        assertThat(text(drawing))
                .doesNotContain("office")
                .contains("| Ship | Built | Crew | Port |\n| Aurora | 1954 |  | Oslo |")
                .contains("| Ship | Built | Crew | Port |\n| Borealis | 1954 |  | Oslo |");
    }

    @Test
    void theWordsOfAStretchedLineAreNoCells() {
        var drawing = new Drawing();
        List<String> lines =
                List.of("the ice allows it.", "Passengers with", "luggage may not", "arrive late");
        for (int i = 0; i < lines.size(); i++) {
            stretch(drawing, 700 - 12 * i, lines.get(i).split(" ", -1));
        }

        assertThat(text(drawing)).isEqualTo(String.join("\n", lines));
    }

    /** Draws words between the edges of a narrow column. */
    private static void stretch(Drawing drawing, int y, String... words) {
        double wide = 0;
        for (String word : words) {
            wide += Drawing.width(word, 10);
        }
        double space = (96 - wide) / (words.length - 1);
        double x = 72;
        for (String word : words) {
            drawing.text(x, y, 10, word);
            x += Drawing.width(word, 10) + space;
        }
    }

    /** Draws cells whose columns are as narrow as their longest cell. */
    private static void row(Drawing drawing, int y, String... cells) {
        double[] lefts = {200, 262, 298, 334};
        for (int i = 0; i < cells.length; i++) {
            if (!cells[i].isEmpty()) {
                drawing.text(lefts[i], y, 10, cells[i]);
            }
        }
    }

    @Test
    void theLinesOfACellAreOneCell() {
        var drawing =
                new Drawing()
                        .text(72, 700, 11, "Term")
                        .text(172, 700, 11, "What it means")
                        .text(372, 700, 11, "Unit")
                        .text(72, 676, 11, "Head")
                        .text(172, 676, 11, "the height to which a pump")
                        .text(372, 676, 11, "m")
                        .text(172, 663, 11, "lifts the wa-")
                        .text(172, 650, 11, "ter")
                        .text(72, 626, 11, "Flow")
                        .text(172, 626, 11, "how much it lifts")
                        .text(372, 626, 11, "l/s");

        assertThat(text(drawing))
                .isEqualTo(
                        """
                        | Term | What it means | Unit |
                        | Head | the height to which a pump lifts the water | m |
                        | Flow | how much it lifts | l/s |\
                        """);
    }

    @Test
    void aTallCellMayBeginAboveItsRow() {
        var drawing =
                new Drawing()
                        .text(72, 720, 11, "No")
                        .text(122, 720, 11, "Work")
                        .text(372, 720, 11, "Hours")
                        .text(122, 696, 11, "Paint the hull of the har-")
                        .text(72, 683, 11, "1")
                        .text(122, 683, 11, "bour ferry twice")
                        .text(372, 683, 11, "30")
                        .text(72, 659, 11, "2")
                        .text(122, 659, 11, "Mend a rope")
                        .text(122, 635, 11, "Clean the deck")
                        .text(72, 628, 11, "3")
                        .text(372, 628, 11, "4")
                        .text(122, 621, 11, "and the bridge")
                        .text(72, 597, 11, "4")
                        .text(372, 597, 11, "1");

        assertThat(text(drawing))
                .isEqualTo(
                        """
                        | No | Work | Hours |
                        | 1 | Paint the hull of the harbour ferry twice | 30 |
                        | 2 | Mend a rope |  |
                        | 3 | Clean the deck and the bridge | 4 |
                        | 4 |  | 1 |\
                        """);
    }

    @Test
    void addressesBesideEachOtherAreReadOneAfterTheOther() {
        var drawing =
                new Drawing()
                        .lines(72, 780, 13, "Jane Roe", "Canal street 5", "9000 Ghent")
                        .lines(350, 780, 13, "ACME NV", "Dock 7", "Antwerp")
                        .lines(72, 700, 13, "Dear Mrs Roe,");

        assertThat(text(drawing))
                .isEqualTo(
                        "Jane Roe\nCanal street 5\n9000 Ghent\n\nACME NV\nDock 7\nAntwerp\n\nDear Mrs Roe,");
    }

    @Test
    void aListWhoseNumbersStandApartIsNoTable() {
        var drawing =
                new Drawing()
                        .text(72, 700, 11, "1.")
                        .text(108, 700, 11, "Open the valve.")
                        .text(72, 686, 11, "2.")
                        .text(108, 686, 11, "Wait for it.");

        assertThat(text(drawing)).isEqualTo("1. Open the valve.\n\n2. Wait for it.");
    }
}

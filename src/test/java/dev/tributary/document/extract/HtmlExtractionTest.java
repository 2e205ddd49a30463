package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class HtmlExtractionTest {
    private static final ExtractionLimits LIMITS =
            new ExtractionLimits(DataSize.ofMegabytes(1), 10, Duration.ofSeconds(60), 1);

    @Test
    void scriptsStylesNavigationAndWhatIsHiddenAreLeftOut() {
        assertThat(
                        text(
                                """
                                <html><head><title>T</title><style>p {}</style></head><body>
                                <nav><a href="/">Home</a></nav><script>alert('x < y')</script>
                                <p>Seen.</p><p hidden>Not seen.</p><template><p>No.</p></template>
                                <noscript>No.</noscript><!-- No. --><svg><text>No.</text></svg>
                                </body></html>
                                """))
                .isEqualTo("Seen.\n\n");
    }

    @Test
    void wordsOfAParagraphAreParagraphsWithoutTheirTags() {
        assertThat(
                        text(
                                "<p>A <b>bold</b>\n  <a href='/x'>link</a>&amp;c.<br>New line</p>"
                                        + "<div>In<div>Nested</div>Behind</div>"
                                        + "<img src='x.png' alt='A heron'>"))
                .isEqualTo("A bold link&c.\nNew line\n\nIn\n\nNested\n\nBehind\n\nA heron\n\n");
    }

    @Test
    void headingsListsCodeAndTablesAreUnits() {
        ExtractedDocument read =
                read(
                        """
                        <h1>Guide</h1><p>One. Two.</p><ul><li>first</li><li>second</li></ul>
                        <h3>Deep <i>down</i></h3>
                        <pre><code>a  =  1\n  b = 2</code></pre>
                        <table><caption>Sizes</caption><tr><th>a</th><th>b</th></tr>
                        <tr><td>1 <b>x</b></td><td></td></tr></table>
                        """);

        assertThat(shown(read))
                .containsExactly(
                        "HEADING Guide",
                        "SENTENCE One.",
                        "SENTENCE Two.",
                        "SENTENCE - first",
                        "SENTENCE - second",
                        "HEADING Deep down",
                        "BLOCK a  =  1\n  b = 2",
                        "BLOCK Sizes\n| a | b |\n| 1 x |  |");
        assertThat(read.headings())
                .extracting(Heading::level, Heading::title)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, "Guide"),
                        org.assertj.core.groups.Tuple.tuple(3, "Deep down"));
        int code = read.text().indexOf("a  =");
        assertThat(read.headingsOf(code, code + 5)).containsExactly("Guide", "Deep down");
    }

    @Test
    void aTableThatLaysOutAPageIsReadAsItsContents() {
        assertThat(
                        shown(
                                read(
                                        "<table><tr><td><h2>Left</h2><p>One.</p></td>"
                                                + "<td>Right.</td></tr></table>")))
                .containsExactly("HEADING Left", "SENTENCE One.", "SENTENCE Right.");
    }

    @Test
    void theTitleIsThatOfThePageElseTheFirstHeading() {
        assertThat(read("<title> A  page </title><h1>H</h1>").title()).isEqualTo("A page");
        assertThat(read("<h2>No</h2><h1>H</h1>").title()).isEqualTo("H");
        assertThat(read("<p>None</p>").title()).isNull();
    }

    @Test
    void unitsFollowOneAnotherWithoutAGap() {
        ExtractedDocument read = read("x<h1> </h1><p> <pre>\n</pre><h2>a</h2><li><li>b<table>");

        int end = 0;
        for (Unit unit : read.units()) {
            assertThat(unit.start()).isEqualTo(end);
            assertThat(unit.end()).isGreaterThan(end);
            end = unit.end();
        }
        assertThat(end).isEqualTo(read.text().length());
        assertThat(read.text()).isEqualTo("x\n\na\n\n- b\n");
    }

    @Test
    void tagsWithinTagsWithoutEndAreRead() {
        assertThat(text("<div>".repeat(100_000) + "deep" + "<b><i>".repeat(10_000)))
                .isEqualTo("deep\n\n");
    }

    @Test
    void tooManyTagsAreRefusedBeforeTheyAreRead() {
        assertThatThrownBy(() -> read("<b>".repeat(1_000_001)))
                .hasMessageContaining("more than 1,000,000 tags");
    }

    @Test
    void itEndsOnceTheTimeIsOver() {
        var nanos = new AtomicLong();
        var budget =
                new ExtractionBudget(
                        LIMITS, () -> nanos.getAndAdd(Duration.ofSeconds(20).toNanos()));

        assertThatThrownBy(() -> HtmlExtraction.read("<p>a<p>b<p>c<p>d", budget))
                .hasMessage("content was not read within 60,000 ms");
    }

    private static ExtractedDocument read(String html) {
        return HtmlExtraction.read(html, new ExtractionBudget(LIMITS, () -> 0));
    }

    private static String text(String html) {
        return read(html).text();
    }

    private static List<String> shown(ExtractedDocument read) {
        return read.units().stream()
                .map(unit ->
                        unit.kind() + " " + read.text().substring(unit.start(), unit.end()).strip())
                .toList();
    }
}

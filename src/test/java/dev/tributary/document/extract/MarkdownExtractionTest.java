package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownExtractionTest {
    @Test
    void headingsInCommentsAndCodeAreNone() {
        ExtractedDocument read =
                read(
                        """
                        # Real

                        <!--
                        # Draft
                        -->

                        Text.

                        \t# a comment of a script

                            # another

                        - item

                          ```sh
                          # in a list
                          ```

                        > # quoted

                        ## Next
                        """);

        assertThat(titles(read)).containsExactly("1 Real", "2 Next");
        assertThat(shown(read))
                .contains("BLOCK # a comment of a script\n\n    # another")
                .contains("BLOCK ```sh\n  # in a list\n  ```");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# [Acme **Pump**](https://a.example/p) ![badge](x.svg) | Acme Pump",
                "# `a_b` and *c*_d_ | a_b and cd",
                "# ~~Old~~ New | Old New",
                "# Tom &amp; Ann \\# 5 | Tom & Ann # 5",
                "# <a name=\"x\"></a>Guide | Guide",
                "# Guide {#guide .big} | Guide",
                "# Guide [¶](#guide) | Guide",
                "# Guide ## | Guide",
                "# C# | C#",
                "# ![Acme](logo.svg) | Acme",
                "# 10<sup>6</sup> pumps | 10^6 pumps",
                "# See [the docs][d] | See the docs",
                "# [Unreleased] | [Unreleased]",
                "# a < b | a < b",
                "<h1 align=\"center\">Acme <em>Pump</em></h1> | Acme Pump",
                "<h1><img src=\"x.svg\" alt=\"Acme\"></h1> | Acme",
                "<div><h1>Acme</h1></div> | Acme"
            })
    void aTitleIsPlainText(String heading, String title) {
        ExtractedDocument read = read(heading + "\n\nText.\n\n[d]: https://a.example/d \"D\"\n");

        assertThat(read.title()).isEqualTo(title);
        assertThat(titles(read)).containsExactly("1 " + title);
        assertThat(read.text()).startsWith(heading);
    }

    @Test
    void anUnderlinedHeadingIsReadInOneLine() {
        assertThat(titles(read("The *Acme*\nPump\n====\n\nText.\n\nNext\n---\n")))
                .containsExactly("1 The Acme Pump", "2 Next");
    }

    @Test
    void headingsInHtmlAreUnitsOfTheirOwn() {
        ExtractedDocument read =
                read(
                        """
                        <p align="center">A logo.</p>
                        <h1 align="center">
                          Acme
                        </h1>
                        <h2>Pumps</h2>
                        Words.

                        <!-- <h1>No</h1> -->

                        <h3>Never closed

                        More.
                        """);

        assertThat(titles(read)).containsExactly("1 Acme", "2 Pumps", "3 Never closed");
        assertThat(shown(read))
                .containsSubsequence(
                        "HEADING <h1 align=\"center\">\n  Acme\n</h1>",
                        "HEADING <h2>Pumps</h2>",
                        "SENTENCE Words.",
                        "HEADING <h3>Never closed",
                        "SENTENCE More.");
        assertThat(read.headingsOf(read.text().indexOf("Words"), read.text().indexOf("<!--")))
                .containsExactly("Acme", "Pumps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void anyLineEndIsOne(String end) {
        String text =
                String.join(
                        end,
                        "---",
                        "title: T",
                        "---",
                        "# A",
                        "",
                        "Text.",
                        "",
                        "B",
                        "---",
                        "| a |",
                        "|---|",
                        "| 1 |",
                        "");
        ExtractedDocument read = read(text);

        assertThat(read.title()).isEqualTo("T");
        assertThat(titles(read)).containsExactly("1 A", "2 B");
        assertThat(shown(read))
                .contains("SENTENCE Text.", "BLOCK | a |" + end + "|---|" + end + "| 1 |");
        assertThat(Outline.plain("One" + end + end + "Two").units()).hasSize(2);
    }

    @Test
    void aTableKnowsItsRowOfHeaders() {
        ExtractedDocument read = read("Text:\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nEnd.");
        Unit table = read.units().get(1);

        assertThat(table.head()).isEqualTo(new Unit.Head(6, 26));
        assertThat(read.text().substring(6, 26)).isEqualTo("| a | b |\n|---|---|\n");
        assertThat(read("a | b\n--- | ---\n1 | 2\n").units().getFirst().head())
                .isEqualTo(new Unit.Head(0, 16));
        assertThat(read("| a |\n|---|\n").units().getFirst().head()).isNull();
        assertThat(shown(read("| a |\n| b |\n"))).containsExactly("BLOCK | a |\n| b |");
    }

    @Test
    void frontMatterIsTitleAndMetadataAndNotText() {
        ExtractedDocument yaml =
                read(
                        """
                        ---
                        title: Pump manual
                        tags: [pump, "2"]
                        date: 2026-01-02
                        time: 12:30
                        draft: false
                        weight: 3
                        ratio: 0.5
                        country: NO
                        author: {name: Ann}
                        none:
                        ---

                        # Heading

                        Open the valve.
                        """);

        assertThat(yaml.title()).isEqualTo("Pump manual");
        assertThat(yaml.text()).isEqualTo("\n# Heading\n\nOpen the valve.\n");
        assertThat(yaml.metadata())
                .containsEntry("tags", List.of("pump", "2"))
                .containsEntry("date", "2026-01-02")
                .containsEntry("time", "12:30")
                .containsEntry("draft", false)
                .containsEntry("weight", 3)
                .containsEntry("ratio", 0.5)
                .containsEntry("country", "NO")
                .containsEntry("author", Map.of("name", "Ann"))
                .containsEntry("none", null);
        ExtractedDocument toml =
                read("+++\ntitle = \"Pump\"\ndate = 2026-01-02\n[a]\nb = [1, 2]\n+++\nOpen.\n");
        assertThat(toml.title()).isEqualTo("Pump");
        assertThat(toml.metadata())
                .containsEntry("date", "2026-01-02")
                .containsEntry("a", Map.of("b", List.of(1, 2)));
        assertThat(toml.text()).isEqualTo("Open.\n");
    }

    @Test
    void aBlockThatIsNearlyYamlIsFrontMatterToo() {
        ExtractedDocument read =
                read("---\ntitle: Acme: the \"pump\"\nname: 'x'\ntags:\n  - a: b: c\n...\nText.");

        assertThat(read.title()).isEqualTo("Acme: the \"pump\"");
        assertThat(read.metadata()).containsEntry("name", "x");
        assertThat(read.text()).isEqualTo("Text.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "---\nA sentence between lines.\n---\nText.",
                "---\n- a\n- b\n---\nText.",
                "---\ntitle: never closed\n",
                "+++\nnot toml\n+++\nText.",
                "+++\ntitle = 1\n---\nText.",
                "Text.\n---\ntitle: x\n---\n"
            })
    void whatIsNoFrontMatterIsText(String text) {
        ExtractedDocument read = read(text);

        assertThat(read.text()).isEqualTo(text);
        assertThat(read.metadata()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: !!javax.script.ScriptEngineManager [!!java.net.URL [\"http://127.0.0.1/\"]]",
                "a: !!java.lang.Runtime {}"
            })
    void frontMatterMakesNoTypes(String yaml) {
        assertThat(read("---\n" + yaml + "\n---\nText.").metadata().values())
                .allMatch(value -> value instanceof String);
    }

    @Test
    void frontMatterThatGrowsOrContainsItselfIsBounded() {
        var bomb = new StringBuilder("---\na0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThat(read(bomb + "---\nText.").text()).endsWith("Text.");
        assertThat(read("---\na: &a [*a, *a, *a, *a, *a]\n---\nText.").text()).isEqualTo("Text.");
        assertThat(read("---\na: " + "[".repeat(10_000) + "\n---\nText.").text()).endsWith("Text.");
    }

    @Test
    void nestingWithoutEndIsRead() {
        for (String text :
                List.of(">".repeat(100_000), "- ".repeat(50_000) + "x", "[".repeat(50_000))) {
            assertThat(read("# " + text + "\n\n" + text).text()).endsWith(text);
        }
    }

    @Test
    void tooManyLinesAreRefusedBeforeTheyAreRead() {
        assertThatThrownBy(() -> read("\n".repeat(1_000_001)))
                .hasMessageContaining("more than 1,000,000 lines");
    }

    @Test
    void tooManyCellsAreRefused() {
        String row = "|a".repeat(10_000) + "\n";
        String text = row + "|-".repeat(10_000) + "\n" + row.repeat(101);

        assertThatThrownBy(() -> read(text)).hasMessageContaining("more than 1,000,000 cells");
    }

    private static List<String> titles(ExtractedDocument read) {
        return read.headings().stream().map(it -> it.level() + " " + it.title()).toList();
    }

    private static List<String> shown(ExtractedDocument read) {
        return read.units().stream()
                .map(unit ->
                        unit.kind() + " " + read.text().substring(unit.start(), unit.end()).strip())
                .toList();
    }

    private static ExtractedDocument read(String text) {
        return MarkdownExtraction.read(text, TextDocuments.budget());
    }
}

package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutlineTest {
    @Test
    void plainTextIsSentencesThatNoParagraphEndIsInside() {
        assertThat(plain("One is\nwrapped. Two?\n\nno full stop\n\n\nLast"))
                .containsExactly(
                        "SENTENCE One is\nwrapped.",
                        "SENTENCE Two?",
                        "SENTENCE no full stop",
                        "SENTENCE Last");
    }

    @Test
    void plainTextHasNoHeadings() {
        assertThat(plain("# not a heading\nbut a line")).hasSize(1);
    }

    @Test
    void cjkSentencesEndWithoutBlanks() {
        assertThat(plain("日本語です。次の文。")).containsExactly("SENTENCE 日本語です。", "SENTENCE 次の文。");
    }

    @Test
    void markdownHeadingsListsAndParagraphsAreApart() {
        assertThat(
                        markdown(
                                """
                                # Title
                                Text directly below
                                it.
                                ## Next ##

                                * first
                                  goes on
                                * second
                                1. third
                                Under
                                =====
                                Also under
                                ---
                                #hashtag
                                """))
                .containsExactly(
                        "HEADING # Title",
                        "SENTENCE Text directly below\nit.",
                        "HEADING ## Next ##",
                        "SENTENCE * first\n  goes on",
                        "SENTENCE * second",
                        "SENTENCE 1. third\nUnder\n=====\nAlso under",
                        "SENTENCE ---",
                        "SENTENCE #hashtag");
    }

    @Test
    void anUnderlinedLineIsAHeading() {
        assertThat(markdown("Under\n=====\nText.\n\nToo\n---\n"))
                .containsExactly("HEADING Under\n=====", "SENTENCE Text.", "HEADING Too\n---");
    }

    @Test
    void fencedCodeAndTablesAreBlocks() {
        assertThat(
                        markdown(
                                """
                                Before:
                                ```sql
                                -- # not a heading

                                SELECT 1;
                                ```
                                After.
                                | a | b |
                                |---|---|
                                | 1 | 2 |

                                Behind.

                                ~~~~
                                ```
                                ~~~
                                ~~~~
                                """))
                .containsExactly(
                        "SENTENCE Before:",
                        "BLOCK ```sql\n-- # not a heading\n\nSELECT 1;\n```",
                        "SENTENCE After.",
                        "BLOCK | a | b |\n|---|---|\n| 1 | 2 |",
                        "SENTENCE Behind.",
                        "BLOCK ~~~~\n```\n~~~\n~~~~");
    }

    @Test
    void aFenceThatNeverClosesReachesTheEnd() {
        assertThat(markdown("```\ncode\n\nmore")).containsExactly("BLOCK ```\ncode\n\nmore");
    }

    @Test
    void readsWindowsLineEnds() {
        assertThat(markdown("# T\r\n\r\n```\r\nx\r\n```\r\nText.\r\n"))
                .containsExactly("HEADING # T", "BLOCK ```\r\nx\r\n```", "SENTENCE Text.");
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "MARKDOWN"})
    void unitsFollowOneAnotherWithoutAGap(ContentType type) {
        String text = "\n\n # A\n\n\ntext. More\n```\n\n```\n|x\n\n  \n- y\n\n";

        int end = 0;
        for (Unit unit : TextDocuments.of(text, type).units()) {
            assertThat(unit.start()).isEqualTo(end);
            assertThat(unit.end()).isGreaterThan(end);
            end = unit.end();
        }

        assertThat(text.substring(end)).isBlank();
    }

    private static List<String> plain(String text) {
        return shown(text, ContentType.PLAIN);
    }

    private static List<String> markdown(String text) {
        return shown(text, ContentType.MARKDOWN);
    }

    private static List<String> shown(String text, ContentType type) {
        return TextDocuments.of(text, type).units().stream()
                .map(unit -> unit.kind() + " " + text.substring(unit.start(), unit.end()).strip())
                .toList();
    }
}

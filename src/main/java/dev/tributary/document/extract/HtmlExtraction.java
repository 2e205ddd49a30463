package dev.tributary.document.extract;

import dev.tributary.document.extract.Unit.Kind;
import java.io.FilterReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the text that a person would read on a page: paragraphs between blank lines, headings,
 * list items after a dash, preformatted text unchanged, tables as lines with bars between the
 * cells. Scripts, styles, form controls, navigation and hidden elements are left out. For one page.
 */
final class HtmlExtraction implements NodeFilter {
    /** A node takes some hundred bytes, so a page full of tags would fill the memory. */
    private static final int TAGS_MAX = 1_000_000;

    private static final int DEPTH_MAX = 512;

    private static final Set<String> LEFT_OUT =
            Set.of(
                    "head",
                    "script",
                    "style",
                    "template",
                    "noscript",
                    "nav",
                    "iframe",
                    "object",
                    "svg",
                    "math",
                    "canvas",
                    "audio",
                    "video",
                    "button",
                    "select",
                    "textarea",
                    "input");

    private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");

    /** A table with any of these is used for the layout of the page. */
    private static final String LAYOUT = "table table, h1, h2, h3, h4, h5, h6, pre, ul, ol, p + p";

    private final ExtractionBudget budget;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder line = new StringBuilder();
    private final Units units = new Units();

    private HtmlExtraction(ExtractionBudget budget) {
        this.budget = budget;
    }

    /** Reads a page; its title is that of the page, otherwise its first heading of level 1. */
    static ExtractedDocument read(String html, ExtractionBudget budget) {
        if (html.chars().filter(c -> c == '<').count() > TAGS_MAX) {
            throw ExtractionBudget.tooComplex(
                    "has more than %,d tags, the most allowed".formatted(TAGS_MAX));
        }
        Document page =
                Parser.htmlParser()
                        .setMaxDepth(DEPTH_MAX)
                        .parseInput(new Watched(html, budget), "");
        var extraction = new HtmlExtraction(budget);
        NodeTraversor.filter(extraction, page);
        extraction.endParagraph();
        return extraction.result(page.title());
    }

    private ExtractedDocument result(String title) {
        List<Heading> headings = units.headings();
        String own =
                title.isBlank()
                        ? headings.stream()
                                .filter(heading -> heading.level() == 1)
                                .map(Heading::title)
                                .findFirst()
                                .orElse(null)
                        : title;
        return new ExtractedDocument(own, text.toString(), units.all(), headings, List.of());
    }

    /** Checks the time whenever the parser reads more of the page. */
    private static final class Watched extends FilterReader {
        private final ExtractionBudget budget;

        Watched(String html, ExtractionBudget budget) {
            super(new StringReader(html));
            this.budget = budget;
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            budget.check();
            return super.read(target, offset, length);
        }
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode words) {
            append(words.getWholeText());
            return FilterResult.CONTINUE;
        }
        if (!(node instanceof Element element)) {
            return FilterResult.SKIP_ENTIRELY;
        }
        budget.check();
        String name = element.normalName();
        if (LEFT_OUT.contains(name) || element.hasAttr("hidden")) {
            return FilterResult.SKIP_ENTIRELY;
        }
        if (HEADINGS.contains(name)) {
            heading(element);
            return FilterResult.SKIP_ENTIRELY;
        }
        if (name.equals("pre")) {
            block(element.wholeText().strip());
            return FilterResult.SKIP_ENTIRELY;
        }
        if (name.equals("table") && element.selectFirst(LAYOUT) == null) {
            block(rows(element));
            return FilterResult.SKIP_ENTIRELY;
        }
        open(element, name);
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element && isBlock(element)) {
            endParagraph();
        }
        return FilterResult.CONTINUE;
    }

    private void open(Element element, String name) {
        switch (name) {
            case "br" -> endLine();
            case "img" -> append(' ' + element.attr("alt") + ' ');
            default -> {
                if (isBlock(element)) {
                    endParagraph();
                }
                if (name.equals("li")) {
                    line.append("- ");
                }
            }
        }
    }

    /** Cells and captions are blocks too, whatever the library says. */
    private static boolean isBlock(Element element) {
        return element.isBlock() || Set.of("td", "th", "caption").contains(element.normalName());
    }

    /** Appends words with single blanks between them. */
    private void append(String words) {
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (!Character.isWhitespace(c)) {
                line.append(c);
            } else if (!line.isEmpty() && !Character.isWhitespace(line.charAt(line.length() - 1))) {
                line.append(' ');
            }
        }
    }

    private void endLine() {
        while (!line.isEmpty() && line.charAt(line.length() - 1) == ' ') {
            line.setLength(line.length() - 1);
        }
        if (!line.isEmpty()) {
            line.append('\n');
        }
    }

    private void endParagraph() {
        String paragraph = line.toString().strip();
        line.setLength(0);
        if (paragraph.isEmpty() || paragraph.equals("-")) {
            return;
        }
        text.append(paragraph).append(paragraph.startsWith("- ") ? "\n" : "\n\n");
        units.addSentences(text, text.length());
        budget.checkLength(text.length());
    }

    private void heading(Element element) {
        endParagraph();
        String title = element.text().strip();
        if (!title.isEmpty()) {
            text.append(title).append("\n\n");
            units.addHeading(text.length(), element.normalName().charAt(1) - '0', title);
        }
    }

    private void block(@Nullable String content) {
        endParagraph();
        if (content != null && !content.isBlank()) {
            text.append(content).append("\n\n");
            units.add(text.length(), Kind.BLOCK);
            budget.checkLength(text.length());
        }
    }

    private static String rows(Element table) {
        return table.select("caption, tr").stream()
                .map(row ->
                        row.normalName().equals("caption")
                                ? row.text()
                                : row.select("th, td").stream()
                                        .map(Element::text)
                                        .collect(Collectors.joining(" | ", "| ", " |")))
                .collect(Collectors.joining("\n"));
    }
}

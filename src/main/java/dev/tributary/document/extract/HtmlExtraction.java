package dev.tributary.document.extract;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/**
 * Reads what a person would read of a page: paragraphs between blank lines, headings, list items
 * behind a dash, preformatted text as it is, tables as lines with bars between the cells, formulas
 * as they are typed. Scripts, styles, controls, navigation, links that only mark a heading, and
 * what is hidden are left out. For one page.
 */
final class HtmlExtraction implements NodeFilter {
    /** A node takes some hundred bytes, so a page full of tags would fill the memory. */
    private static final int TAGS_MAX = 1_000_000;

    private static final int DEPTH_MAX = 512;

    private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");

    /** The mark of a link to the heading, where it is not a link of its own. */
    private static final Pattern PILCROW = Pattern.compile("\\s*¶+\\s*$");

    private final ExtractionBudget budget;
    private final StringBuilder text = new StringBuilder();
    private final HtmlLine line = new HtmlLine();
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
                        .parseInput(new WatchedReader(html, budget), "");
        var extraction = new HtmlExtraction(budget);
        NodeTraversor.filter(extraction, page);
        extraction.endParagraph();
        return extraction.result(page.title());
    }

    private ExtractedDocument result(String title) {
        List<Heading> headings = units.headings();
        String own = withoutPilcrow(title);
        return new ExtractedDocument(
                own.isBlank() ? Heading.title(headings) : own,
                text.toString(),
                units.all(),
                headings,
                List.of());
    }

    /** A title without the mark of a link to it. */
    static String withoutPilcrow(String title) {
        return PILCROW.matcher(title).replaceFirst("");
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode words) {
            line.append(words.getWholeText());
            return FilterResult.CONTINUE;
        }
        if (!(node instanceof Element element)) {
            return FilterResult.SKIP_ENTIRELY;
        }
        budget.check();
        String name = element.normalName();
        boolean isUnread =
                HtmlElements.isLeftOut(element)
                        || (name.equals("button") && HtmlElements.isControl(element));
        if (isUnread) {
            line.append(HtmlElements.isGap(element) ? " " : "");
            return FilterResult.SKIP_ENTIRELY;
        }
        if (line.appendWhole(element, budget) || readWhole(element, name)) {
            return FilterResult.SKIP_ENTIRELY;
        }
        open(element, name);
        return FilterResult.CONTINUE;
    }

    /** Reads headings, preformatted text and tables of data; false for anything else. */
    private boolean readWhole(Element element, String name) {
        if (HEADINGS.contains(name)) {
            heading(element);
            return true;
        }
        if (name.equals("pre")) {
            block(Preformatted.of(element, budget), 0);
            return true;
        }
        HtmlTable.Lines table = name.equals("table") ? HtmlTable.read(element, budget) : null;
        if (table != null) {
            block(table.text(), table.headLength());
        }
        return table != null;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element && HtmlElements.isBlock(element)) {
            endParagraph();
        }
        return FilterResult.CONTINUE;
    }

    private void open(Element element, String name) {
        switch (name) {
            case "br" -> line.endLine();
            case "img" -> line.append(' ' + element.attr("alt") + ' ');
            default -> {
                if (HtmlElements.isBlock(element)) {
                    endParagraph();
                }
                if (name.equals("li")) {
                    line.append("- ");
                } else if (name.equals("option") && !element.hasText()) {
                    line.append(element.attr("value"));
                }
            }
        }
    }

    private void endParagraph() {
        String paragraph = line.take();
        if (paragraph.isEmpty() || paragraph.equals("-")) {
            return;
        }
        text.append(paragraph).append(paragraph.startsWith("- ") ? "\n" : "\n\n");
        units.addSentences(text, text.length());
        budget.checkLength(text.length());
    }

    private void heading(Element element) {
        endParagraph();
        String words = HtmlLine.of(element, budget, "", false);
        String title =
                withoutPilcrow(words.isEmpty() ? HtmlLine.of(element, budget, "", true) : words);
        if (!title.isEmpty()) {
            text.append(title).append("\n\n");
            units.addHeading(text.length(), element.normalName().charAt(1) - '0', title);
        }
    }

    private void block(String content, int headLength) {
        endParagraph();
        if (!content.isBlank()) {
            text.append(content).append("\n\n");
            units.addBlock(text.length(), headLength);
            budget.checkLength(text.length());
        }
    }
}

package dev.tributary.document.extract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableBody;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Block;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.Document;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SourceSpan;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/**
 * Finds the units of Markdown that should stay whole. The text is kept as it is written, without
 * its front matter. For one document.
 */
final class MarkdownExtraction {
    /** The parser keeps some hundred bytes of each line. */
    private static final int LINES_MAX = 1_000_000;

    private static final int CELLS_MAX = 1_000_000;
    private static final int NESTED_MAX = 64;

    /** Blocks only: of the words in a line, just those of headings are of interest. */
    private static final Parser BLOCKS =
            Parser.builder()
                    .extensions(List.of(TablesExtension.builder().maxCells(CELLS_MAX).build()))
                    .includeSourceSpans(IncludeSourceSpans.BLOCKS)
                    .maxOpenBlockParsers(NESTED_MAX)
                    .inlineParserFactory(_ -> (_, _) -> {})
                    .build();

    private final String text;
    private final ExtractionBudget budget;
    private final Units units = new Units();
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<LinkReferenceDefinition> definitions = new ArrayList<>();

    /** Start of the item or quote that the next leaf is the first of; -1 for none. */
    private int pending = -1;

    /** A block without blocks inside, and the start of its first line. */
    private record Leaf(Block block, int start) {}

    private MarkdownExtraction(String text, ExtractionBudget budget) {
        this.text = text;
        this.budget = budget;
    }

    /**
     * Reads a document; its title is that of the front matter, else its first heading of level 1.
     */
    static ExtractedDocument read(String whole, ExtractionBudget budget) {
        if (whole.chars().filter(c -> c == '\n' || c == '\r').count() > LINES_MAX) {
            throw ExtractionBudget.tooComplex(
                    "has more than %,d lines, the most allowed".formatted(LINES_MAX));
        }
        FrontMatter front = FrontMatter.of(whole);
        String text = whole.substring(front.length());
        var extraction = new MarkdownExtraction(text, budget);
        extraction.readBlocks();
        List<Heading> headings = extraction.units.headings();
        String title = front.title();
        return new ExtractedDocument(
                title == null || title.isBlank() ? Heading.title(headings) : title,
                text,
                extraction.units.all(),
                headings,
                List.of(),
                front.fields());
    }

    private void readBlocks() {
        collect(parse());
        var titles = new MarkdownTitles(text, definitions, budget);
        for (int i = 0; i < leaves.size(); i++) {
            budget.check();
            int end = i + 1 < leaves.size() ? leaves.get(i + 1).start : text.length();
            add(leaves.get(i).block, end, titles);
        }
        if (leaves.isEmpty()) {
            units.addSentences(text, text.length());
        }
    }

    private Node parse() {
        try {
            return BLOCKS.parseReader(new WatchedReader(text, budget));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException _) {
            throw ExtractionBudget.tooComplex(
                    "has more than %,d cells of tables, the most allowed".formatted(CELLS_MAX));
        }
    }

    private void collect(Node parent) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNext()) {
            int start = lineStart(node);
            switch (node) {
                case ListBlock list -> collect(list);
                case ListItem item -> nest(item, start);
                case BlockQuote quote -> nest(quote, start);
                case Block block -> {
                    if (block instanceof LinkReferenceDefinition definition) {
                        definitions.add(definition);
                    }
                    leaf(block, start);
                }
                default -> {}
            }
        }
    }

    private void nest(Block block, int start) {
        pending = pending < 0 ? start : pending;
        collect(block);
    }

    private void leaf(Block block, int start) {
        int from = pending < 0 ? start : pending;
        pending = -1;
        // Blocks of one line, such as two definitions, are one unit.
        if (leaves.isEmpty() || from > leaves.getLast().start) {
            leaves.add(new Leaf(block, from));
        }
    }

    private static int lineStart(Node node) {
        List<SourceSpan> spans = node.getSourceSpans();
        return spans.isEmpty()
                ? -1
                : spans.getFirst().getInputIndex() - spans.getFirst().getColumnIndex();
    }

    private void add(Block block, int end, MarkdownTitles titles) {
        boolean isTop = block.getParent() instanceof Document;
        switch (block) {
            case org.commonmark.node.Heading heading when isTop ->
                    units.addHeading(end, heading.getLevel(), titles.of(heading));
            case HtmlBlock html when isTop -> html(html, end, titles);
            case TableBlock table -> units.addBlock(end, headLength(table));
            case FencedCodeBlock _, IndentedCodeBlock _ -> units.addBlock(end, 0);
            case Paragraph paragraph when isRows(paragraph) -> units.addBlock(end, 0);
            default -> units.addSentences(text, end);
        }
    }

    /** The length of the row of headers and the line below it; 0 if there are no other rows. */
    private int headLength(TableBlock table) {
        Node body = table.getLastChild();
        return body instanceof TableBody ? lineStart(body) - units.end() : 0;
    }

    /** Whether all lines begin with a bar: a table without headers. */
    private boolean isRows(Paragraph paragraph) {
        return paragraph.getSourceSpans().stream()
                .allMatch(span -> text.startsWith("|", span.getInputIndex()));
    }

    private void html(HtmlBlock html, int end, MarkdownTitles titles) {
        List<SourceSpan> spans = html.getSourceSpans();
        int from = spans.getFirst().getInputIndex();
        SourceSpan last = spans.getLast();
        int to = last.getInputIndex() + last.getLength();
        for (MarkdownTitles.HtmlHeading heading : titles.within(from, to)) {
            if (heading.start() > units.end()) {
                units.addSentences(text, heading.start());
            }
            units.addHeading(
                    Math.min(end, blankEnd(heading.end())), heading.level(), heading.title());
        }
        if (end > units.end()) {
            units.addSentences(text, end);
        }
    }

    private int blankEnd(int from) {
        int end = from;
        while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }
}

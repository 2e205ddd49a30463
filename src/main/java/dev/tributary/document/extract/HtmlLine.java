package dev.tributary.document.extract;

import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/** Collects words of a page with single blanks between them. For one thread. */
final class HtmlLine {
    private final StringBuilder text = new StringBuilder();

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** Returns what was collected without the blanks around it, and starts anew. */
    String take() {
        String taken = text.toString().strip();
        text.setLength(0);
        return taken;
    }

    void append(String words) {
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (!Character.isWhitespace(c)) {
                text.append(c);
            } else if (!text.isEmpty() && !Character.isWhitespace(text.charAt(text.length() - 1))) {
                text.append(' ');
            }
        }
    }

    /** Begins a new line, unless this one is empty. */
    void endLine() {
        while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        if (!text.isEmpty()) {
            text.append('\n');
        }
    }

    /** Appends an element that is read as a whole; false if its children are to be read. */
    boolean appendWhole(Element element, ExtractionBudget budget) {
        switch (HtmlElements.position(element)) {
            case "math" -> append(MathText.of(element));
            case "sup" -> append(Superscript.of(text, element, of(element, budget, "", false)));
            case "sub" -> append(Superscript.ofLowered(text, of(element, budget, "", false)));
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * The text of an element in one line.
     *
     * @param itemEnd what parts the items of a list
     * @param withImages whether the alternative text of images is part of it
     */
    static String of(Element element, ExtractionBudget budget, String itemEnd, boolean withImages) {
        var line = new HtmlLine();
        NodeFilter filter =
                (node, depth) -> {
                    if (node instanceof TextNode words) {
                        line.append(words.getWholeText());
                    }
                    if (!(node instanceof Element inner) || depth == 0) {
                        return NodeFilter.FilterResult.CONTINUE;
                    }
                    budget.check();
                    return line.open(inner, budget, itemEnd, withImages);
                };
        NodeTraversor.filter(new Closing(filter, line), element);
        return line.take();
    }

    private NodeFilter.FilterResult open(
            Element inner, ExtractionBudget budget, String itemEnd, boolean withImages) {
        if (HtmlElements.isLeftOut(inner)) {
            append(HtmlElements.isGap(inner) ? " " : "");
            return NodeFilter.FilterResult.SKIP_ENTIRELY;
        }
        if (appendWhole(inner, budget)) {
            return NodeFilter.FilterResult.SKIP_ENTIRELY;
        }
        String name = inner.normalName();
        if (name.equals("img") && withImages) {
            append(' ' + inner.attr("alt") + ' ');
        } else if (name.equals("li") && inner.previousElementSibling() != null) {
            trim();
            append(itemEnd + ' ');
        } else if (name.equals("button") && endsInWord()) {
            append(" ");
        } else if (name.equals("br") || HtmlElements.isBlock(inner)) {
            append(" ");
        }
        return NodeFilter.FilterResult.CONTINUE;
    }

    private boolean endsInWord() {
        return !text.isEmpty() && Character.isLetterOrDigit(text.charAt(text.length() - 1));
    }

    private void trim() {
        text.setLength(text.toString().stripTrailing().length());
    }

    /** Parts a block from what follows it. */
    private record Closing(NodeFilter filter, HtmlLine line) implements NodeFilter {
        @Override
        public FilterResult head(Node node, int depth) {
            return filter.head(node, depth);
        }

        @Override
        public FilterResult tail(Node node, int depth) {
            if (node instanceof Element inner && depth > 0 && HtmlElements.isBlock(inner)) {
                line.append(" ");
            }
            return FilterResult.CONTINUE;
        }
    }
}

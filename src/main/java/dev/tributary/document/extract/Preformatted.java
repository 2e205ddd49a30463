package dev.tributary.document.extract;

import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;
import org.jspecify.annotations.Nullable;

/** Reads preformatted text as it is shown. For one element. */
final class Preformatted implements NodeFilter {
    private static final Pattern NUMBERS =
            Pattern.compile("(?i)\\b(?:gutter|lineno|linenos|line-?numbers?)\\b");

    private static final Pattern LINE = Pattern.compile("(?i)line|row");
    private static final Pattern BLANK_LINES = Pattern.compile("\\A(?:[ \\t]*\\R)+");

    private final ExtractionBudget budget;
    private final StringBuilder text = new StringBuilder();

    /** Whether the lines may be elements that only a style sheet parts. */
    private final boolean isStyled;

    private Preformatted(Element pre, ExtractionBudget budget) {
        this.budget = budget;
        isStyled = pre.wholeText().strip().indexOf('\n') < 0;
    }

    static String of(Element pre, ExtractionBudget budget) {
        var read = new Preformatted(pre, budget);
        NodeTraversor.filter(read, pre);
        return BLANK_LINES.matcher(read.text).replaceFirst("").stripTrailing();
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode words) {
            text.append(words.getWholeText());
        }
        if (!(node instanceof Element element) || depth == 0) {
            return FilterResult.CONTINUE;
        }
        budget.check();
        String name = element.normalName();
        boolean isLeftOut =
                name.equals("button")
                        || HtmlElements.isLeftOut(element)
                        || NUMBERS.matcher(element.className()).find();
        if (isLeftOut) {
            return FilterResult.SKIP_ENTIRELY;
        }
        if (name.equals("br")) {
            text.append('\n');
        } else if (isNextCell(element)) {
            text.append('\t');
        } else if (isLine(element)) {
            endLine();
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element && depth > 0 && isLine(element)) {
            endLine();
        }
        return FilterResult.CONTINUE;
    }

    private boolean isNextCell(Element element) {
        return element.is("td, th")
                && !text.isEmpty()
                && !Character.isWhitespace(text.charAt(text.length() - 1));
    }

    private boolean isLine(Element element) {
        String name = element.normalName();
        if (name.equals("td") || name.equals("th")) {
            return false;
        }
        if (HtmlElements.isBlock(element)) {
            return true;
        }
        boolean isOne = name.equals("code") || LINE.matcher(element.className()).find();
        return isStyled
                && isOne
                && (isLike(element.nextElementSibling(), element)
                        || isLike(element.previousElementSibling(), element));
    }

    private static boolean isLike(@Nullable Element other, Element one) {
        return other != null
                && other.normalName().equals(one.normalName())
                && LINE.matcher(other.className()).find() == LINE.matcher(one.className()).find();
    }

    private void endLine() {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            text.append('\n');
        }
    }
}

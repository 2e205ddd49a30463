package dev.tributary.document.extract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/** Reads the headings of Markdown as plain text. For one document. */
final class MarkdownTitles {
    /** Longer ones are shortened. */
    private static final int LENGTH_MAX = 1_024;

    private static final Pattern MARKS = Pattern.compile("[*_`<\\[\\]!&\\\\~¶]");
    private static final Pattern CLOSING = Pattern.compile("(?:^|[ \\t]+)#+[ \\t]*$");
    private static final Pattern ATTRIBUTES =
            Pattern.compile("[ \\t]*\\{[ \\t]*:?[ \\t]*[#.][^{}]*}$");
    private static final Pattern LABEL = Pattern.compile("\\[([^\\[\\]]{1,999})]");
    private static final Pattern HTML_HEADING = Pattern.compile("(?i)<h[1-6][\\s>]");

    private static final Parser INLINE =
            Parser.builder().extensions(List.of(StrikethroughExtension.create())).build();

    private static final HtmlRenderer HTML =
            HtmlRenderer.builder().extensions(List.of(StrikethroughExtension.create())).build();

    private final String text;
    private final Map<String, LinkReferenceDefinition> definitions = new HashMap<>();
    private final ExtractionBudget budget;

    /**
     * A heading written as HTML.
     *
     * @param start offset in the text
     * @param end offset after its end tag
     */
    record HtmlHeading(int start, int end, int level, String title) {}

    MarkdownTitles(
            String text, List<LinkReferenceDefinition> definitions, ExtractionBudget budget) {
        this.text = text;
        this.budget = budget;
        definitions.forEach(it -> this.definitions.putIfAbsent(key(it.getLabel()), it));
    }

    /** The title of a heading without the marks of Markdown. */
    String of(Heading heading) {
        String raw = raw(heading);
        String line = raw.substring(0, Math.min(raw.length(), LENGTH_MAX));
        String bare = ATTRIBUTES.matcher(line).replaceFirst("");
        if (!MARKS.matcher(bare).find()) {
            return bare;
        }
        String source = "# " + bare + '\n' + definitions(bare);
        Node parsed = INLINE.parse(source).getFirstChild();
        String title =
                title(Jsoup.parseBodyFragment(parsed == null ? "" : HTML.render(parsed)).body());
        return title.isEmpty() ? bare : title;
    }

    /** What is between the marks of a heading, in one line. */
    private String raw(Heading heading) {
        String lines =
                heading.getSourceSpans().stream()
                        .map(span -> line(span).strip())
                        .collect(Collectors.joining("\n"));
        if (lines.startsWith("#")) {
            String behind = lines.substring(heading.getLevel()).strip();
            return CLOSING.matcher(behind).replaceFirst("");
        }
        int underline = lines.lastIndexOf('\n');
        return (underline < 0 ? lines : lines.substring(0, underline)).replace('\n', ' ');
    }

    private String line(SourceSpan span) {
        return text.substring(span.getInputIndex(), span.getInputIndex() + span.getLength());
    }

    /** The definitions of the links in a heading. */
    private String definitions(String heading) {
        var source = new StringBuilder();
        LABEL.matcher(heading)
                .results()
                .map(label -> definitions.get(key(label.group(1))))
                .filter(Objects::nonNull)
                .forEach(it ->
                        it.getSourceSpans()
                                .forEach(span -> source.append('\n').append(line(span))));
        return source.isEmpty() ? "" : "\n" + source + '\n';
    }

    private static String key(String label) {
        return label.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    private String title(Element element) {
        String words = HtmlLine.of(element, budget, "", false);
        String title = words.isEmpty() ? HtmlLine.of(element, budget, "", true) : words;
        return HtmlExtraction.withoutPilcrow(title);
    }

    /** The headings in a part of the text that is HTML. */
    List<HtmlHeading> within(int from, int to) {
        List<HtmlHeading> headings = new ArrayList<>();
        String html = text.substring(from, to);
        Matcher any = HTML_HEADING.matcher(html);
        if (!any.find()) {
            return headings;
        }
        var parser = org.jsoup.parser.Parser.htmlParser().setTrackPosition(true);
        int done = 0;
        for (Element element : Jsoup.parse(html, "", parser).select(HtmlElements.HEADINGS)) {
            int start = element.sourceRange().startPos();
            int close = element.endSourceRange().endPos();
            int end = close > start ? close : html.length();
            if (start >= done && end <= html.length()) {
                int level = element.normalName().charAt(1) - '0';
                headings.add(new HtmlHeading(from + start, from + end, level, title(element)));
                done = end;
            }
        }
        return headings;
    }
}

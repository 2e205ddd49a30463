package dev.tributary.document.extract;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;

/** Tells which elements of a page are text, and which of these are blocks. */
final class HtmlElements {
    static final String HEADINGS = "h1, h2, h3, h4, h5, h6";

    private static final Set<String> LEFT_OUT =
            Set.of(
                    "head",
                    "script",
                    "style",
                    "template",
                    "noscript",
                    "noframes",
                    "nav",
                    "iframe",
                    "object",
                    "svg",
                    "canvas",
                    "audio",
                    "video",
                    "select",
                    "textarea",
                    "input");

    /** The elements of HTML that are in a line; jsoup takes insertions for blocks. */
    private static final Set<String> INLINE =
            Set.of(
                    ("a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd"
                                    + " label mark meter nobr output picture progress q rb rp rt"
                                    + " rtc ruby s samp small span strike strong sub sup time tt"
                                    + " u var wbr math br area map param source track embed slot"
                                    + " link meta")
                            .split(" ", -1));

    /** Blocks that jsoup does not know as such. */
    private static final Set<String> BLOCKS =
            Set.of("caption", "td", "th", "summary", "dialog", "legend", "option", "optgroup");

    private static final Pattern BLOCK_STYLE =
            Pattern.compile("(?i)display\\s*:\\s*(?:block|flex|grid|table|list-item|flow-root)");

    private static final Pattern RAISED_STYLE =
            Pattern.compile("(?i)vertical-align\\s*:\\s*(sup|sub)(?:er)?\\b");

    private static final Pattern PERMALINK =
            Pattern.compile(
                    "(?i)header-?link|(?:header|heading)-?anchor|anchor-?link|anchorjs-link"
                            + "|heading-?link|hash-?link|permalink|direct-link");

    private static final Pattern FOLDING =
            Pattern.compile("(?i)accordion|faq|tab\\b|tabs|collaps|toggle|question|disclosure");

    private static final Pattern MENU = Pattern.compile("(?i)nav|menu|hamburger|dropdown");

    private static final Set<String> ANSWERS =
            Set.of("div", "p", "section", "dd", "dl", "ol", "figure", "blockquote", "aside");

    private HtmlElements() {}

    /** Whether an element is no text that a reader would read. */
    static boolean isLeftOut(Element element) {
        String name = element.normalName();
        return LEFT_OUT.contains(name)
                || element.hasAttr("hidden")
                || element.hasClass("mw-editsection")
                || (name.equals("a") && isPermalink(element))
                || isSecondFormula(element);
    }

    /** Whether an element is not read, but keeps the words around it apart. */
    static boolean isGap(Element element) {
        return element.is("input:not([type=hidden]), select, textarea")
                && !element.hasAttr("hidden");
    }

    /** Whether an element is raised or lowered: {@code sup}, {@code sub}, or its own name. */
    static String position(Element element) {
        Matcher style = RAISED_STYLE.matcher(element.attr("style"));
        return style.find() ? style.group(1).toLowerCase(Locale.ROOT) : element.normalName();
    }

    /** KaTeX and MathJax draw each formula beside its MathML. */
    private static boolean isSecondFormula(Element element) {
        Element parent = element.parent();
        return element.attr("aria-hidden").equals("true")
                && parent != null
                && (parent.hasClass("katex") || parent.normalName().equals("mjx-container"));
    }

    /** Whether it is a link beside a heading that leads to the heading. */
    private static boolean isPermalink(Element link) {
        String text = link.text();
        boolean isNamed = PERMALINK.matcher(link.className()).find();
        if (!isNamed && !link.attr("href").contains("#")) {
            return false;
        }
        if (text.codePoints().noneMatch(Character::isLetterOrDigit)) {
            return link.selectFirst("img[alt]") == null;
        }
        Element parent = link.parent();
        return isNamed
                && parent != null
                && parent.is(HEADINGS)
                && (isText(beside(link, false)) || isText(beside(link, true)));
    }

    /** Whether an element is a paragraph of its own, or contains some. */
    static boolean isBlock(Element element) {
        String name = element.normalName();
        if (INLINE.contains(name)) {
            return element.hasAttr("style") && BLOCK_STYLE.matcher(element.attr("style")).find();
        }
        boolean isKnown = BLOCKS.contains(name) || (element.isBlock() && !name.equals("button"));
        return isKnown || !isWithinWords(element) || isFolding(element);
    }

    /** Whether there are words just before or behind an element, in the same paragraph. */
    private static boolean isWithinWords(Element element) {
        Node node = element;
        while (true) {
            if (isWords(beside(node, false)) || isWords(beside(node, true))) {
                return true;
            }
            if (!(node.parent() instanceof Element parent)
                    || !INLINE.contains(parent.normalName())) {
                return false;
            }
            node = parent;
        }
    }

    private static @Nullable Node beside(Node node, boolean isForward) {
        Node other = node;
        do {
            other = isForward ? other.nextSibling() : other.previousSibling();
        } while (other instanceof Comment || (other instanceof TextNode text && text.isBlank()));
        return other;
    }

    private static boolean isText(@Nullable Node node) {
        return node instanceof TextNode || (node instanceof Element other && other.hasText());
    }

    private static boolean isWords(@Nullable Node node) {
        return node instanceof TextNode
                || (node instanceof Element element
                        && INLINE.contains(element.normalName())
                        && element.hasText());
    }

    /**
     * Whether a button only does something. Others are read: those within a sentence, and those
     * that name what they fold out or switch to.
     */
    static boolean isControl(Element button) {
        if (isWithinWords(button) || button.selectFirst(HEADINGS) != null) {
            return false;
        }
        String type = button.attr("type");
        if (type.equalsIgnoreCase("submit") || type.equalsIgnoreCase("reset")) {
            return true;
        }
        if (namesContent(button)) {
            return opensMenu(button);
        }
        return button.closest("form") != null || !isBeforeAnswer(button);
    }

    private static boolean namesContent(Element button) {
        String text = button.text().strip();
        Element parent = button.parent();
        return button.attr("role").equals("tab")
                || button.hasAttr("aria-controls")
                || button.hasAttr("aria-expanded")
                || button.hasAttr("data-bs-toggle")
                || button.hasAttr("data-toggle")
                || text.endsWith("?")
                || text.endsWith("？")
                || isFolding(button)
                || (parent != null && parent.is("dt, summary, [role=tablist], [role=heading]"));
    }

    private static boolean isFolding(Element button) {
        Element parent = button.parent();
        return button.normalName().equals("button")
                && (FOLDING.matcher(button.className()).find()
                        || (parent != null && FOLDING.matcher(parent.className()).find()));
    }

    private static boolean opensMenu(Element button) {
        String popup = button.attr("aria-haspopup");
        Element header = button.closest("header, [role=banner], [role=menubar]");
        return (!popup.isEmpty() && !popup.equals("false"))
                || MENU.matcher(button.className()).find()
                || (header != null && header.closest("main, article, section") == null);
    }

    /** Whether a block of text follows the button, or what contains nothing but the button. */
    private static boolean isBeforeAnswer(Element button) {
        Element next = button.nextElementSibling();
        Element parent = button.parent();
        if (next == null
                && parent != null
                && parent.childrenSize() == 1
                && parent.normalName().equals("div")) {
            next = parent.nextElementSibling();
        }
        return next != null
                && ANSWERS.contains(next.normalName())
                && next.hasText()
                && (next.childrenSize() == 0 || !next.child(0).normalName().equals("pre"));
    }
}

package dev.tributary.document.extract;

import java.util.List;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;

/**
 * Writes a formula of MathML in a line: its source in TeX if the page has it, else as it is typed,
 * such as {@code E=mc^2}.
 */
final class MathText {
    private MathText() {}

    static String of(Element math) {
        Element tex = math.selectFirst("annotation[encoding*=tex]");
        if (tex != null && tex.hasText()) {
            return tex.text();
        }
        String alternative = math.attr("alttext");
        return alternative.isBlank() ? inner(math) : alternative;
    }

    private static String inner(Element element) {
        return element.children().stream().map(MathText::linear).collect(Collectors.joining());
    }

    private static String linear(Element element) {
        List<Element> parts = element.children();
        return switch (element.normalName()) {
            case "annotation", "annotation-xml", "mphantom" -> "";
            case "msup", "mover" ->
                    parts.size() == 2 ? part(parts, 0) + '^' + group(parts, 1) : inner(element);
            case "msub", "munder" ->
                    parts.size() == 2 ? part(parts, 0) + '_' + group(parts, 1) : inner(element);
            case "msubsup", "munderover" ->
                    parts.size() == 3
                            ? part(parts, 0) + '_' + group(parts, 1) + '^' + group(parts, 2)
                            : inner(element);
            case "mfrac" ->
                    parts.size() == 2 ? group(parts, 0) + '/' + group(parts, 1) : inner(element);
            case "msqrt" -> "√" + Superscript.grouped(inner(element));
            case "mroot" ->
                    parts.size() == 2
                            ? group(parts, 0) + "^(1/" + part(parts, 1) + ')'
                            : inner(element);
            case "mtable" -> parts.stream().map(MathText::linear).collect(Collectors.joining("; "));
            case "mtr" -> parts.stream().map(MathText::linear).collect(Collectors.joining(", "));
            case "mfenced" ->
                    '('
                            + parts.stream().map(MathText::linear).collect(Collectors.joining(", "))
                            + ')';
            case "mtext", "ms" -> ' ' + element.text() + ' ';
            case "mi", "mo" -> token(element.text().strip());
            default -> parts.isEmpty() ? element.text().strip() : inner(element);
        };
    }

    /** Names of functions are apart from their arguments; invisible operators are left out. */
    private static String token(String text) {
        if (text.codePoints().filter(Character::isLetter).count() > 1) {
            return ' ' + text + ' ';
        }
        return text.replace('\u2061', ' ').replaceAll("[\u2062-\u2064]", "");
    }

    private static String part(List<Element> parts, int i) {
        return linear(parts.get(i));
    }

    private static String group(List<Element> parts, int i) {
        return Superscript.grouped(linear(parts.get(i)).strip());
    }
}

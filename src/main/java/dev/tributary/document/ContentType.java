package dev.tributary.document;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a document is written in. */
enum ContentType {
    /** Paragraphs between blank lines. */
    PLAIN,
    /** Markdown as CommonMark and GitHub read it: headings, lists, tables and fenced code. */
    MARKDOWN,
    /** HTML as browsers read it. */
    HTML,
    /** PDF with text in it, not only pictures of text. */
    PDF;

    /** The media types, for messages. */
    static final String NAMES = "text/plain, text/markdown, text/html or application/pdf";

    String mediaType() {
        return switch (this) {
            case PLAIN -> "text/plain";
            case MARKDOWN -> "text/markdown";
            case HTML -> "text/html";
            case PDF -> "application/pdf";
        };
    }

    /** What a media type means, its parameters left aside; null for one that is not read here. */
    static @Nullable ContentType ofMediaType(String mediaType) {
        return switch (mediaType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT)) {
            case "text/plain" -> PLAIN;
            case "text/markdown", "text/x-markdown" -> MARKDOWN;
            case "text/html", "application/xhtml+xml" -> HTML;
            case "application/pdf", "application/x-pdf" -> PDF;
            default -> null;
        };
    }

    /** What the ending of a file name or source id says; null if it says nothing. */
    static @Nullable ContentType ofName(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "txt", "text" -> PLAIN;
            case "md", "markdown" -> MARKDOWN;
            case "html", "htm", "xhtml" -> HTML;
            case "pdf" -> PDF;
            default -> null;
        };
    }
}

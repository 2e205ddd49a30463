package dev.tributary.document.extract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The format of a document. */
public enum ContentType {
    /** Plain text; blank lines separate paragraphs. */
    PLAIN,
    /** CommonMark with the tables of GitHub. */
    MARKDOWN,
    /** HTML, parsed as browsers parse it. */
    HTML,
    /** PDF with a text layer; images of text are not read. */
    PDF;

    /** The supported media types, for messages. */
    public static final String NAMES = "text/plain, text/markdown, text/html or application/pdf";

    /** The number of bytes that {@link #ofFirstBytes} looks at. */
    public static final int SIGNATURE_BYTES = FileKind.BYTES_MAX;

    /** The media type that names the format. */
    public String mediaType() {
        return switch (this) {
            case PLAIN -> "text/plain";
            case MARKDOWN -> "text/markdown";
            case HTML -> "text/html";
            case PDF -> "application/pdf";
        };
    }

    /** Maps a media type, ignoring its parameters; null if the type is not supported. */
    public static @Nullable ContentType ofMediaType(String mediaType) {
        return switch (mediaType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT)) {
            case "text/plain" -> PLAIN;
            case "text/markdown", "text/x-markdown" -> MARKDOWN;
            case "text/html", "application/xhtml+xml" -> HTML;
            case "application/pdf", "application/x-pdf" -> PDF;
            default -> null;
        };
    }

    /** Maps the extension of a file name or source id; null if there is none that is known. */
    public static @Nullable ContentType ofName(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "txt", "text" -> PLAIN;
            case "md", "markdown" -> MARKDOWN;
            case "html", "htm", "xhtml" -> HTML;
            case "pdf" -> PDF;
            default -> null;
        };
    }

    /**
     * Guesses from the first bytes of a file.
     *
     * @param start the first {@value #SIGNATURE_BYTES} bytes, or all of a shorter file
     * @return PDF or PLAIN
     */
    public static ContentType ofFirstBytes(byte[] start) {
        return FileKind.of(start) == FileKind.PDF ? PDF : PLAIN;
    }
}

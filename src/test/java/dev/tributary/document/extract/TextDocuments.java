package dev.tributary.document.extract;

/** Documents made of a text in a test. */
public final class TextDocuments {
    private TextDocuments() {}

    public static ExtractedDocument of(String text, ContentType type) {
        return switch (type) {
            case PLAIN -> Outline.plain(text);
            case MARKDOWN -> Outline.markdown(text);
            case HTML, PDF -> throw new IllegalArgumentException(type + " is not plain text");
        };
    }
}

package dev.tributary.document;

/** Documents made of a text in a test. */
final class TextDocuments {
    private TextDocuments() {}

    static ExtractedDocument of(String text, ContentType type) {
        return switch (type) {
            case PLAIN -> Outline.plain(text);
            case MARKDOWN -> Outline.markdown(text);
            case HTML, PDF -> throw new IllegalArgumentException(type + " is not plain text");
        };
    }
}

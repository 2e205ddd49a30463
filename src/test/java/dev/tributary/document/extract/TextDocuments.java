package dev.tributary.document.extract;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Documents made of a text in a test. */
public final class TextDocuments {
    private TextDocuments() {}

    public static ExtractedDocument of(String text, ContentType type) {
        return switch (type) {
            case PLAIN -> Outline.plain(text);
            case MARKDOWN -> MarkdownExtraction.read(text, budget());
            case HTML, PDF -> throw new IllegalArgumentException(type + " is not plain text");
        };
    }

    static ExtractionBudget budget() {
        return new ExtractionBudget(
                new ExtractionLimits(DataSize.ofMegabytes(64), 10, Duration.ofMinutes(1), 1),
                () -> 0);
    }
}

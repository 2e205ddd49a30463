package dev.tributary.document.extract;

import java.io.FilterReader;
import java.io.IOException;
import java.io.StringReader;

/** Looks at the time whenever a parser takes more of a text. */
final class WatchedReader extends FilterReader {
    private final ExtractionBudget budget;

    WatchedReader(String text, ExtractionBudget budget) {
        super(new StringReader(text));
        this.budget = budget;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        budget.check();
        return super.read(target, offset, length);
    }
}

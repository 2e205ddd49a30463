package dev.tributary.document.extract;

import dev.tributary.document.extract.Unit.Kind;
import dev.tributary.document.layout.Block;
import dev.tributary.document.layout.Hyphens;
import dev.tributary.document.layout.PageText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins the pages of a PDF to one text. A paragraph may continue on the next page. */
final class PdfText {
    private final ExtractionBudget budget;
    private final Hyphens hyphens;
    private final StringBuilder text = new StringBuilder();
    private final Units units = new Units();
    private final List<Integer> pageStarts = new ArrayList<>();
    private @Nullable Kind open;

    private PdfText(ExtractionBudget budget, Hyphens hyphens) {
        this.budget = budget;
        this.hyphens = hyphens;
    }

    static ExtractedDocument of(
            List<PageText> pages, @Nullable String title, ExtractionBudget budget) {
        List<Block> blocks = pages.stream().map(PageText::main).flatMap(List::stream).toList();
        var text = new PdfText(budget, Hyphens.of(blocks));
        for (int i = 0; i < pages.size(); i++) {
            text.add(
                    pages.get(i),
                    i > 0 && goesOn(pages.get(i - 1), pages.get(i)),
                    i + 1 < pages.size() && goesOn(pages.get(i), pages.get(i + 1)));
        }
        text.close();
        return new ExtractedDocument(
                title, text.text.toString(), text.units.all(), List.of(), text.pageStarts);
    }

    private static boolean goesOn(PageText page, PageText next) {
        if (page.main().isEmpty() || next.main().isEmpty()) {
            return false;
        }
        return goesOn(page.main().getLast(), next.main().getFirst());
    }

    private static boolean goesOn(Block last, Block first) {
        return !last.isTable()
                && !first.isTable()
                && Hyphens.goesOn(last.lines().getLast(), first.lines().getFirst());
    }

    /** Stamps and notes come before a last paragraph that continues on the next page. */
    private void add(PageText page, boolean continuesLast, boolean goesOn) {
        List<Block> blocks = new ArrayList<>(page.main());
        int at = goesOn ? blocks.size() - 1 : blocks.size();
        // A paragraph that spans the whole page cannot be interrupted either.
        blocks.addAll(continuesLast ? Math.max(1, at) : at, page.aside());
        int pages = pageStarts.size();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            boolean isGoingOn =
                    i == 0
                            ? continuesLast
                            : block.startsColumn() && goesOn(blocks.get(i - 1), block);
            write(block, isGoingOn, pages);
        }
        if (pageStarts.size() == pages) {
            pageStarts.add(text.length());
        }
        budget.checkLength(text.length());
    }

    private void write(Block block, boolean continuesLast, int pages) {
        if (!continuesLast) {
            separate();
        }
        open = block.isTable() ? Kind.BLOCK : Kind.SENTENCE;
        boolean isFirst = !continuesLast;
        for (String line : block.lines()) {
            if (!isFirst && block.isTable()) {
                text.append('\n');
            } else if (!isFirst) {
                hyphens.join(text, line);
            }
            if (pageStarts.size() == pages) {
                pageStarts.add(text.length());
            }
            text.append(line);
            isFirst = false;
        }
    }

    private void separate() {
        if (open != null) {
            text.append("\n\n");
            close();
        }
    }

    /** Ends the paragraph or table that is being written. */
    private void close() {
        if (open == Kind.BLOCK) {
            units.add(text.length(), Kind.BLOCK);
        } else if (open != null) {
            units.addSentences(text, text.length());
        }
        open = null;
    }
}

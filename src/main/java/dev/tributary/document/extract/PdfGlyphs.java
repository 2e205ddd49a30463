package dev.tributary.document.extract;

import dev.tributary.document.layout.Cjk;
import dev.tributary.document.layout.Glyph;
import dev.tributary.document.layout.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** Collects the glyphs of pages, grouped by direction of writing. */
final class PdfGlyphs extends PDFTextStripper {
    /** A glyph takes some hundred bytes until its page is done. */
    private static final int GLYPHS_OF_PAGE_MAX = 500_000;

    /** So many characters below each other are a column of vertical text. */
    private static final int COLUMN_MIN = 3;

    private final ExtractionBudget budget;
    private final PdfAnnotations annotations;
    private int glyphs;

    PdfGlyphs(PdfAnnotations annotations, ExtractionBudget budget) {
        this.annotations = annotations;
        this.budget = budget;
        setShouldSeparateByBeads(false);
        setSuppressDuplicateOverlappingText(true);
        // The pages are given one by one, so they are not counted.
        setStartPage(0);
    }

    /** Reads a page. */
    Page read(PDPage page) throws IOException {
        budget.check();
        glyphs = 0;
        charactersByArticle.clear();
        processPage(page);
        List<TextPosition> drawn = charactersByArticle.stream().flatMap(List::stream).toList();
        Map<Integer, List<TextPosition>> byDirection = byDirection(drawn);
        int main =
                byDirection.entrySet().stream()
                        .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                        .map(Map.Entry::getKey)
                        .orElse(page.getRotation());
        PDRectangle box = page.getCropBox();
        var frame = new PdfFrame(main, box);
        List<Glyph> mainGlyphs =
                new ArrayList<>(frame.glyphs(byDirection.getOrDefault(main, List.of())));
        mainGlyphs.addAll(annotations.values(page, frame, mainGlyphs));
        List<List<Glyph>> others =
                byDirection.entrySet().stream()
                        .filter(entry -> entry.getKey() != main)
                        .map(entry -> new PdfFrame(entry.getKey(), box).glyphs(entry.getValue()))
                        .toList();
        return new Page(mainGlyphs, others, frame.height(), annotations.notes(page));
    }

    /** In the order in which the directions first occur. */
    private static Map<Integer, List<TextPosition>> byDirection(List<TextPosition> drawn) {
        Map<Integer, List<TextPosition>> byDirection = new LinkedHashMap<>();
        for (int i = 0; i < drawn.size(); ) {
            int end = columnEnd(drawn, i);
            int direction = PdfFrame.direction(drawn.get(i));
            if (end - i >= COLUMN_MIN) {
                direction = PdfFrame.downwards(direction);
            } else {
                end = i + 1;
            }
            byDirection
                    .computeIfAbsent(direction, key -> new ArrayList<>())
                    .addAll(drawn.subList(i, end));
            i = end;
        }
        return byDirection;
    }

    /** The end of a column of characters that a horizontal font draws below each other. */
    private static int columnEnd(List<TextPosition> drawn, int start) {
        int end = start + 1;
        while (end < drawn.size() && isBelow(drawn.get(end - 1), drawn.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean isBelow(TextPosition above, TextPosition below) {
        if (!isCjk(above) || !isCjk(below) || below.getFont().isVertical()) {
            return false;
        }
        var frame = new PdfFrame(PdfFrame.direction(above), new PDRectangle());
        Glyph first = frame.glyph(above);
        Glyph second = frame.glyph(below);
        float step = (second.y() - first.y()) / first.size();
        return step > 0.85f
                && step < 1.35f
                && Math.abs(second.x() - first.x()) < 0.3f * first.size();
    }

    private static boolean isCjk(TextPosition glyph) {
        String text = glyph.getUnicode();
        return text != null && !text.isEmpty() && Cjk.isCjk(text.codePointAt(0));
    }

    @Override
    protected void writePage() {
        // The caller takes the glyphs.
    }

    @Override
    protected void processTextPosition(TextPosition glyph) {
        if (++glyphs > GLYPHS_OF_PAGE_MAX) {
            throw ExtractionBudget.tooComplex(
                    "has a page of more than %,d characters".formatted(GLYPHS_OF_PAGE_MAX));
        }
        super.processTextPosition(glyph);
    }

    @Override
    protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
        budget.check();
        super.processOperator(operator, operands);
    }
}

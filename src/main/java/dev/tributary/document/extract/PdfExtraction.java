package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the text of a PDF page by page: paragraphs between blank lines, and hyphenated words
 * joined again. For one file.
 */
final class PdfExtraction extends PDFTextStripper {
    /** A glyph takes some hundred bytes until its page is done. */
    private static final int GLYPHS_OF_PAGE_MAX = 500_000;

    /** A hyphen at the end of a line after which the word continues with a lower-case letter. */
    private static final Pattern HYPHENATION =
            Pattern.compile("(?<=\\p{L})(?:[-\u2010]|\u00ad)[ \t]*\n[ \t]*(?=\\p{Ll})");

    /** A page that ends within a sentence, so that the next page continues it. */
    private static final Pattern UNFINISHED = Pattern.compile("(?s).*[\\p{L}\\p{N},;]\\s*");

    private final ExtractionBudget budget;
    private final StringBuilder text = new StringBuilder();
    private final List<Integer> pageStarts = new ArrayList<>();
    private final StringBuilder page = new StringBuilder();
    private int glyphs;

    private PdfExtraction(ExtractionBudget budget) {
        this.budget = budget;
        setLineSeparator("\n");
        setParagraphEnd("\n");
        setPageEnd("");
    }

    /**
     * Reads a file; its title is that of its document information.
     *
     * @throws ServiceException {@code IMPOSSIBLE}: code {@code document_encrypted}; {@code
     *     document_unreadable} if it is not a PDF or is broken; {@code document_without_text} if no
     *     page has text; {@code document_too_complex}
     */
    static ExtractedDocument read(byte[] bytes, ExtractionBudget budget) {
        PdfSignature.require(bytes);
        try (PDDocument pdf = new BoundedPdfParser(bytes, budget).parse()) {
            budget.checkPages(pdf.getNumberOfPages());
            var extraction = new PdfExtraction(budget);
            extraction.writeText(pdf, Writer.nullWriter());
            return extraction.result(PdfTitle.of(pdf.getDocumentInformation().getTitle()));
        } catch (InvalidPasswordException e) {
            throw encrypted();
        } catch (ServiceException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // A broken file can make the library fail in any way: a cast, an index, a missing part.
            throw unreadable(e);
        }
    }

    static ServiceException encrypted() {
        return ServiceException.impossible(
                        "document_encrypted", "content", "is a PDF that needs a password")
                .withHint("save it without a password");
    }

    private static ServiceException unreadable(Exception cause) {
        ServiceException failure =
                ServiceException.impossible(
                                "document_unreadable",
                                "content",
                                "is not a PDF that can be read: " + cause.getMessage())
                        .withHint("open it in a viewer and save it again");
        failure.addSuppressed(cause);
        return failure;
    }

    private ExtractedDocument result(@Nullable String title) {
        if (text.toString().isBlank()) {
            throw ServiceException.impossible(
                            "document_without_text",
                            "content",
                            "is a PDF of %,d pages without any text".formatted(pageStarts.size()))
                    .withHint("if its pages are scanned images, run OCR on it first");
        }
        return Outline.plain(text.toString()).withPages(title, pageStarts);
    }

    @Override
    protected void startPage(PDPage next) {
        budget.check();
        page.setLength(0);
        glyphs = 0;
    }

    @Override
    protected void endPage(PDPage last) {
        String read = HYPHENATION.matcher(page).replaceAll("").strip();
        if (!text.isEmpty() && !read.isEmpty()) {
            boolean goesOn =
                    Character.isLowerCase(read.codePointAt(0))
                            && UNFINISHED.matcher(tail()).matches();
            text.append(goesOn ? "\n" : "\n\n");
        }
        pageStarts.add(text.length());
        text.append(read);
        budget.checkLength(text.length());
    }

    private String tail() {
        return text.substring(Math.max(0, text.length() - 16));
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

    @Override
    protected void writeString(String words) {
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            boolean isPair =
                    Character.isHighSurrogate(c)
                            && i + 1 < words.length()
                            && Character.isLowSurrogate(words.charAt(i + 1));
            if (isPair) {
                page.append(c).append(words.charAt(++i));
            } else if (c != 0 && !Character.isSurrogate(c)) {
                // A font may map to something that is not a character and cannot be stored.
                page.append(c);
            }
        }
    }

    @Override
    protected void writeWordSeparator() {
        page.append(' ');
    }

    @Override
    protected void writeLineSeparator() {
        page.append('\n');
    }

    @Override
    protected void writeParagraphSeparator() {
        page.append('\n');
    }
}

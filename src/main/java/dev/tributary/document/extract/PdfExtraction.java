package dev.tributary.document.extract;

import dev.tributary.document.layout.Layout;
import dev.tributary.failure.ServiceException;
import java.io.IOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;

/** Extracts the text of PDF files. */
final class PdfExtraction {
    private PdfExtraction() {}

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
            return read(pdf, budget);
        } catch (InvalidPasswordException e) {
            throw encrypted();
        } catch (ServiceException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // A broken file can make the library fail in any way: a cast, an index, a missing part.
            throw unreadable(e);
        }
    }

    private static ExtractedDocument read(PDDocument pdf, ExtractionBudget budget)
            throws IOException {
        var layout = new Layout(budget::check);
        var glyphs = new PdfGlyphs(new PdfAnnotations(pdf, budget), budget);
        long length = 0;
        for (PDPage page : pdf.getPages()) {
            length += layout.add(glyphs.read(page));
            budget.checkLength(length);
        }
        ExtractedDocument document =
                PdfText.of(
                        layout.read(),
                        PdfTitle.of(pdf.getDocumentInformation().getTitle()),
                        budget);
        if (document.text().isBlank()) {
            throw ServiceException.impossible(
                            "document_without_text",
                            "content",
                            "is a PDF of %,d pages without any text"
                                    .formatted(pdf.getNumberOfPages()))
                    .withHint("if its pages are scanned images, run OCR on it first");
        }
        return document;
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
}

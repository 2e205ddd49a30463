package dev.tributary.document.extract;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/** PDF files made for a test. */
public final class Pdfs {
    private static final PDFont FONT = new PDType1Font(FontName.HELVETICA);

    private Pdfs() {}

    /** Fills a file that is being made. */
    interface Fill {
        void accept(PDDocument pdf) throws IOException;
    }

    /** A file with these pages; in a page, each line is one, and an empty one a wider gap. */
    public static byte[] ofPages(String... pages) {
        return file(pdf -> {
            for (String page : pages) {
                addPage(pdf, page);
            }
        });
    }

    public static byte[] titled(String title, String page) {
        return file(pdf -> {
            pdf.getDocumentInformation().setTitle(title);
            addPage(pdf, page);
        });
    }

    /**
     * An encrypted file.
     *
     * @param password to open it; empty where it opens for everybody
     */
    public static byte[] encrypted(String password) {
        return encrypted(password, 128);
    }

    static byte[] encrypted(String password, int keyBits) {
        return encrypted(password, keyBits, pdf -> addPage(pdf, "Secret."));
    }

    /** A file that opens for everybody. */
    static byte[] encrypted(Fill fill) {
        return encrypted("", 128, fill);
    }

    private static byte[] encrypted(String password, int keyBits, Fill fill) {
        return file(pdf -> {
            fill.accept(pdf);
            var policy = new StandardProtectionPolicy("owner", password, new AccessPermission());
            policy.setEncryptionKeyLength(keyBits);
            pdf.protect(policy);
        });
    }

    public static byte[] ofPictures() {
        return file(pdf -> {
            for (int i = 0; i < 2; i++) {
                var page = new PDPage();
                pdf.addPage(page);
                var picture =
                        LosslessFactory.createFromImage(
                                pdf, new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB));
                try (var content = new PDPageContentStream(pdf, page)) {
                    content.drawImage(picture, 100, 100);
                }
            }
        });
    }

    /** A page whose content is these bytes, which the filters decode one after the other. */
    public static byte[] ofContent(byte[] encoded, COSName... filters) {
        return file(pdf -> addContent(pdf, encoded, filters));
    }

    /** A page whose content is these deflated bytes. */
    static void addContent(PDDocument pdf, byte[] deflated) throws IOException {
        addContent(pdf, deflated, COSName.FLATE_DECODE);
    }

    private static void addContent(PDDocument pdf, byte[] encoded, COSName... filters)
            throws IOException {
        var page = new PDPage();
        pdf.addPage(page);
        var stream = new PDStream(pdf);
        try (OutputStream out = stream.getCOSObject().createRawOutputStream()) {
            out.write(encoded);
        }
        stream.getCOSObject().setItem(COSName.FILTER, new COSArray(List.of(filters)));
        page.setContents(stream);
    }

    /** A file without a table of contents, whose objects are in a packed stream. */
    static byte[] ofObjects(byte[] deflated) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(
                ("%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
                                + deflated.length
                                + ">>\nstream\n")
                        .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(deflated);
        out.writeBytes("\nendstream\nendobj\n%%EOF\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    public static byte[] deflated(byte[] part, int times) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(bytes)) {
            for (int i = 0; i < times; i++) {
                out.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] file(Fill fill) {
        try (var pdf = new PDDocument()) {
            fill.accept(pdf);
            var out = new ByteArrayOutputStream();
            pdf.save(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addPage(PDDocument pdf, String text) throws IOException {
        var page = new PDPage();
        pdf.addPage(page);
        try (var content = new PDPageContentStream(pdf, page)) {
            content.beginText();
            content.setFont(FONT, 12);
            content.newLineAtOffset(72, 720);
            for (String line : text.split("\n", -1)) {
                content.showText(line);
                content.newLineAtOffset(0, -14);
            }
            content.endText();
        }
    }
}

package dev.tributary.document.extract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontFactory;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;

/** A PDF whose text is drawn at given places of A4 pages. Lengths are in points. */
final class Drawing {
    private static final COSName LATIN = COSName.getPDFName("F1");
    private static final COSName VERTICAL = COSName.getPDFName("F2");
    private static final COSName ARABIC = COSName.getPDFName("F3");

    private static final PDFont HELVETICA = new PDType1Font(FontName.HELVETICA);

    private final PDDocument pdf = new PDDocument();
    private final List<StringBuilder> contents = new ArrayList<>();

    Drawing() {
        page();
    }

    PDDocument pdf() {
        return pdf;
    }

    /** Goes on with the next page. */
    Drawing page() {
        pdf.addPage(new PDPage(PDRectangle.A4));
        contents.add(new StringBuilder());
        return this;
    }

    Drawing rotated(int degrees) {
        last().setRotation(degrees);
        return this;
    }

    /** Draws Latin text. */
    Drawing text(double x, double y, double size, String text) {
        return turned(0, x, y, size, text);
    }

    /** Draws lines below each other. */
    Drawing lines(double x, double y, double distance, String... lines) {
        for (int i = 0; i < lines.length; i++) {
            text(x, y - i * distance, 11, lines[i]);
        }
        return this;
    }

    /** Draws Latin text in a direction, in degrees counter-clockwise. */
    Drawing turned(double degrees, double x, double y, double size, String text) {
        String escaped = text.replaceAll("([()\\\\])", "\\\\$1");
        return draw(LATIN, degrees, x, y, size, "(" + escaped + ")");
    }

    /** Draws Latin text with a space between all of its letters. */
    Drawing spaced(double x, double y, double space, String text) {
        operators("BT " + space + " Tc ET");
        text(x, y, 11, text);
        return operators("BT 0 Tc ET");
    }

    /** Draws a column of Japanese, from top to bottom. */
    Drawing column(double x, double y, String text) {
        return draw(VERTICAL, 0, x, y, 12, hex(text.getBytes(StandardCharsets.UTF_16BE)));
    }

    /** Draws Hebrew as programs do: the last letter of a line first, from left to right. */
    Drawing hebrew(double x, double y, String visual) {
        var bytes = new byte[visual.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (visual.charAt(i) - 0x0590);
        }
        return draw(ARABIC, 0, x, y, 11, hex(bytes));
    }

    private static String hex(byte[] bytes) {
        return "<" + new COSString(bytes).toHexString() + ">";
    }

    private Drawing draw(
            COSName font, double degrees, double x, double y, double size, String string) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        return operators(
                String.format(
                        Locale.ROOT,
                        "BT /%s %.3f Tf %.5f %.5f %.5f %.5f %.3f %.3f Tm %s Tj ET",
                        font.getName(),
                        size,
                        cos,
                        sin,
                        -sin,
                        cos,
                        x,
                        y,
                        string));
    }

    /** Adds operators to the content of the page. */
    private Drawing operators(String operators) {
        contents.getLast().append(operators).append('\n');
        return this;
    }

    Drawing annotation(PDAnnotation annotation) {
        try {
            List<PDAnnotation> all = new ArrayList<>(last().getAnnotations());
            all.add(annotation);
            last().setAnnotations(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The width of Latin text. */
    static double width(String text, double size) {
        try {
            return HELVETICA.getStringWidth(text) * size / 1_000;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PDPage last() {
        return pdf.getPage(pdf.getNumberOfPages() - 1);
    }

    byte[] bytes() {
        try (pdf) {
            var resources = new PDResources();
            resources.put(LATIN, HELVETICA);
            resources.put(VERTICAL, vertical());
            resources.put(ARABIC, hebrewFont());
            for (int i = 0; i < contents.size(); i++) {
                pdf.getPage(i).setResources(resources);
                pdf.getPage(i).setContents(stream(contents.get(i).toString()));
            }
            var out = new ByteArrayOutputStream();
            pdf.save(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PDStream stream(String content) throws IOException {
        var stream = new PDStream(pdf);
        try (OutputStream out = stream.createOutputStream(COSName.FLATE_DECODE)) {
            out.write(content.getBytes(StandardCharsets.ISO_8859_1));
        }
        return stream;
    }

    /** A Japanese font that readers have themselves, for columns. */
    private static PDFont vertical() throws IOException {
        var system = new COSDictionary();
        system.setString(COSName.REGISTRY, "Adobe");
        system.setString(COSName.ORDERING, "Japan1");
        system.setInt(COSName.SUPPLEMENT, 2);
        var descriptor = new COSDictionary();
        descriptor.setItem(COSName.TYPE, COSName.FONT_DESC);
        descriptor.setName(COSName.FONT_NAME, "HeiseiKakuGo-W5");
        descriptor.setInt(COSName.FLAGS, 4);
        var descendant = new COSDictionary();
        descendant.setItem(COSName.TYPE, COSName.FONT);
        descendant.setItem(COSName.SUBTYPE, COSName.CID_FONT_TYPE0);
        descendant.setName(COSName.BASE_FONT, "HeiseiKakuGo-W5");
        descendant.setItem(COSName.CIDSYSTEMINFO, system);
        descendant.setItem(COSName.FONT_DESC, descriptor);
        descendant.setInt(COSName.DW, 1_000);
        var font = new COSDictionary();
        font.setItem(COSName.TYPE, COSName.FONT);
        font.setItem(COSName.SUBTYPE, COSName.TYPE0);
        font.setName(COSName.BASE_FONT, "HeiseiKakuGo-W5");
        font.setName(COSName.ENCODING, "UniJIS-UCS2-V");
        font.setItem(COSName.DESCENDANT_FONTS, new COSArray(List.of(descendant)));
        return PDFontFactory.createFont(font);
    }

    /** Helvetica, whose characters are named as those from U+0590 on; a blank as U+0020. */
    private PDFont hebrewFont() throws IOException {
        var widths = new COSArray();
        for (int i = 0; i < 256; i++) {
            widths.add(COSInteger.get(500));
        }
        var font = new COSDictionary();
        font.setItem(COSName.TYPE, COSName.FONT);
        font.setItem(COSName.SUBTYPE, COSName.TYPE1);
        font.setName(COSName.BASE_FONT, "Helvetica");
        font.setInt(COSName.FIRST_CHAR, 0);
        font.setInt(COSName.LAST_CHAR, 255);
        font.setItem(COSName.WIDTHS, widths);
        font.setItem(
                COSName.TO_UNICODE,
                stream(
                        """
                        /CIDInit /ProcSet findresource begin 12 dict begin begincmap
                        /CMapName /H def /CMapType 2 def
                        1 begincodespacerange <00> <FF> endcodespacerange
                        1 beginbfrange <00> <6F> <0590> endbfrange
                        endcmap end end
                        """));
        return PDFontFactory.createFont(font);
    }
}

package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.pdfbox.cos.COSName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class PdfExtractionTest {
    private static final int MB = 1 << 20;

    private static final ExtractionLimits LIMITS =
            new ExtractionLimits(DataSize.ofKilobytes(4), 3, Duration.ofSeconds(60), 1);

    @Test
    void eachPageIsKnownByTheOffsetOfItsFirstCharacter() {
        ExtractedDocument read = read(Pdfs.ofPages("One is here.", "Two is here.", "Three."));

        assertThat(read.text()).isEqualTo("One is here.\n\nTwo is here.\n\nThree.");
        assertThat(read.pageStarts()).containsExactly(0, 14, 28);
        assertThat(read.pageAt(13)).isEqualTo(1);
        assertThat(read.pageAt(14)).isEqualTo(2);
        assertThat(read.pageAt(33)).isEqualTo(3);
        assertThat(read.title()).isNull();
    }

    @Test
    void anEmptyPageCountsAndHasNoCharacters() {
        ExtractedDocument read = read(Pdfs.ofPages("One.", "", "Three."));

        assertThat(read.text()).isEqualTo("One.\n\nThree.");
        assertThat(read.pageAt(read.text().indexOf("Three"))).isEqualTo(3);
    }

    @Test
    void aWordThatALineEndPartsIsJoinedAndAWiderGapEndsAParagraph() {
        ExtractedDocument read =
                read(
                        Pdfs.ofPages(
                                "An exam-\nple of a well-\nKnown thing.\n\n\nAnother paragraph."));

        assertThat(read.text())
                .isEqualTo("An example of a well-\nKnown thing.\n\nAnother paragraph.");
    }

    @Test
    void aSentenceGoesOnOverThePageEnd() {
        ExtractedDocument read = read(Pdfs.ofPages("It begins here", "and ends there. New one."));

        assertThat(read.units()).hasSize(2);
        assertThat(read.text()).startsWith("It begins here\nand ends there.");
    }

    @Test
    void theTitleIsThatOfTheDocumentInformation() {
        assertThat(read(Pdfs.titled("Rivers", "Text.")).title()).isEqualTo("Rivers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "untitled",
                "Untitled-1",
                "(anonymous)",
                "Microsoft Word - Document1.docx",
                "Microsoft PowerPoint - Q3 final",
                "Document1",
                "PowerPoint Presentation",
                "report_final_v2.pdf",
                "file:///C:/Users/x/a.html",
                " "
            })
    void aTitleThatNoAuthorWroteIsNone(String title) {
        assertThat(read(Pdfs.titled(title, "Text.")).title()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Untitled Goose Game", "Microsoft Word in a day", "Documents", "Node.js"})
    void aTitleThatOnlyLooksLikeAPlaceholderStays(String title) {
        assertThat(read(Pdfs.titled(title, "Text.")).title()).isEqualTo(title);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 128, 256})
    void anEncryptedFileThatOpensWithoutAPasswordIsRead(int keyBits) {
        assertThat(read(Pdfs.encrypted("", keyBits)).text()).isEqualTo("Secret.");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 128, 256})
    void aFileThatNeedsAPasswordIsRefused(int keyBits) {
        assertRefused(Pdfs.encrypted("password", keyBits), "document_encrypted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                             | is empty
                    '   '                                          | starts with blanks only
                    <!DOCTYPE html><html><body>Log in</body></html> | is an HTML page, not a PDF
                    <!-- proxy --> <HTML><p>403</p>                | is an HTML page, not a PDF
                    {"error": "not found"}                         | is text, not a PDF
                    x\u0001\u0002y                                 | is not a PDF
                    """)
    void aFileThatIsNoPdfIsNamedForWhatItIs(String content, String reason) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> read(bytes)).hasMessageContaining(reason);
        assertRefused(bytes, "document_unreadable");
    }

    static Stream<byte[]> brokenFiles() {
        byte[] whole = Pdfs.ofPages("Text.");
        byte[] scrambled = whole.clone();
        Arrays.fill(scrambled, 20, whole.length - 20, (byte) 'x');
        return Stream.of(
                new byte[0],
                "not a PDF".getBytes(StandardCharsets.US_ASCII),
                "%PDF-1.7\n".getBytes(StandardCharsets.US_ASCII),
                Arrays.copyOf(whole, 60),
                scrambled);
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void aBrokenFileIsRefused(byte[] broken) {
        assertRefused(broken, "document_unreadable");
    }

    @Test
    void aFileOfPicturesIsRefusedAndTheHintSaysOcr() {
        assertThatThrownBy(() -> read(Pdfs.ofPictures()))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("document_without_text");
                            assertThat(e.getMessage()).contains("2 pages");
                            assertThat(e.hint()).contains("OCR");
                        });
    }

    static Stream<byte[]> bombs() {
        byte[] blanks = " ".repeat(MB).getBytes(StandardCharsets.US_ASCII);
        var run = new byte[MB];
        for (int i = 0; i < MB; i += 2) {
            run[i] = (byte) 129;
            run[i + 1] = ' ';
        }
        return Stream.of(
                Pdfs.ofContent(Pdfs.deflated(blanks, 80), COSName.FLATE_DECODE),
                Pdfs.ofContent(
                        Pdfs.deflated(run, 2), COSName.FLATE_DECODE, COSName.RUN_LENGTH_DECODE),
                Pdfs.encrypted(pdf -> Pdfs.addContent(pdf, Pdfs.deflated(blanks, 80))),
                Pdfs.ofObjects(Pdfs.deflated(blanks, 16)));
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void aSmallFileThatUnpacksToMuchIsRefusedBeforeItIsUnpacked(byte[] bomb) {
        assertThat(bomb.length).isLessThan(200_000);

        assertRefused(bomb, "document_too_complex");
    }

    @Test
    void aPictureThatPosesAsAPageIsNotUnpacked() {
        assertRefused(
                Pdfs.ofContent(new byte[] {1, 2, 3}, COSName.CCITTFAX_DECODE),
                "document_without_text");
    }

    @Test
    void tooManyPagesOrTooMuchTextIsRefused() {
        String lines = ("x".repeat(60) + "\n").repeat(24);

        assertThat(read(Pdfs.ofPages(lines, lines)).text()).hasSizeGreaterThan(2_800);
        assertRefused(Pdfs.ofPages(lines, lines, lines), "document_too_complex");
        assertRefused(Pdfs.ofPages("1", "2", "3", "4"), "document_too_complex");
    }

    @Test
    void itEndsOnceTheTimeIsOver() {
        var nanos = new AtomicLong();
        var budget =
                new ExtractionBudget(
                        LIMITS, () -> nanos.getAndAdd(Duration.ofSeconds(20).toNanos()));

        assertThatThrownBy(() -> PdfExtraction.read(Pdfs.ofPages("One.", "Two."), budget))
                .hasMessage("content was not read within 60,000 ms");
    }

    private static ExtractedDocument read(byte[] bytes) {
        return PdfExtraction.read(bytes, new ExtractionBudget(LIMITS, () -> 0));
    }

    private static void assertRefused(byte[] bytes, String code) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
                            assertThat(e.kind()).isEqualTo(Kind.IMPOSSIBLE);
                            assertThat(e.hint()).isNotBlank();
                        });
    }
}

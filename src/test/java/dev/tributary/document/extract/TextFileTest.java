package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFileTest {
    private static final String TEXT = "Où est la 川? 😀";

    @ParameterizedTest
    @CsvSource({"UTF-8, EF BB BF", "UTF-16LE, FF FE", "UTF-16BE, FE FF"})
    void aByteOrderMarkDecidesAndIsNoText(String charset, String mark) {
        var bytes = new ByteArrayOutputStream();
        for (String hex : mark.split(" ", -1)) {
            bytes.write(Integer.parseInt(hex, 16));
        }
        bytes.writeBytes(TEXT.getBytes(Charset.forName(charset)));

        assertThat(
                        TextFile.decode(
                                bytes.toByteArray(),
                                StandardCharsets.ISO_8859_1,
                                ContentType.PLAIN))
                .isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows-1252", "ISO-8859-15", "UTF-16LE", "UTF-8"})
    void theCharsetThatIsNamedIsTaken(String name) {
        Charset charset = Charset.forName(name);

        assertThat(TextFile.decode("Où?".getBytes(charset), charset, ContentType.PLAIN))
                .isEqualTo("Où?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<meta charset=windows-1252>",
                "<meta charset=\"ISO-8859-1\">",
                "<META http-equiv='Content-Type' content='text/html; charset=windows-1252'>"
            })
    void htmlMayNameItsOwn(String meta) {
        byte[] bytes = (meta + "€ ù").getBytes(Charset.forName("windows-1252"));

        assertThat(TextFile.decode(bytes, null, ContentType.HTML)).endsWith("€ ù");
        assertThatThrownBy(() -> TextFile.decode(bytes, null, ContentType.PLAIN))
                .isInstanceOf(ServiceException.class);
    }

    @Test
    void utf8IsTakenOtherwiseHoweverLongTheText() {
        String text = TEXT.repeat(5_000);

        assertThat(TextFile.decode(text.getBytes(StandardCharsets.UTF_8), null, ContentType.PLAIN))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 8_191, 8_192, 20_000})
    void theFirstByteThatIsNotOfTheCharsetIsNamed(int position) {
        byte[] bytes = "x".repeat(20_001).getBytes(StandardCharsets.US_ASCII);
        bytes[position] = (byte) 0xE9;

        assertThatThrownBy(() -> TextFile.decode(bytes, null, ContentType.PLAIN))
                .hasMessage("content is not UTF-8 at byte %,d".formatted(position))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.IMPOSSIBLE);
                            assertThat(e.code()).isEqualTo("wrong_charset");
                            assertThat(e.hint()).contains("charset=windows-1252");
                        });
    }

    @Test
    void aCharacterThatEndsTooEarlyIsNotOfTheCharset() {
        byte[] bytes = {'a', (byte) 0xE5, (byte) 0xB7};

        assertThatThrownBy(() -> TextFile.decode(bytes, null, ContentType.PLAIN))
                .hasMessageEndingWith("at byte 1");
    }

    @Test
    void aCharsetThatIsNotKnownIsRefusedByItsNameIfTheSenderDeclaresIt() {
        assertThatThrownBy(() -> TextFile.charset("file", "klingon"))
                .hasMessageContaining("klingon")
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.hint()).contains("windows-1252"));
    }

    @Test
    void aPageThatDeclaresAnUnknownCharsetIsReadAsUtf8() {
        String page = "<meta charset=klingon><p>Où?";

        assertThat(html(page.getBytes(StandardCharsets.UTF_8))).isEqualTo(page);
        assertThatThrownBy(() -> html(page.getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageContaining("is not UTF-8 at byte 26")
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.hint()).contains("klingon"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!-- <meta charset='shift_jis'> --><meta charset='utf-8'>",
                "<script>write('<meta charset=bogus>')</script><meta charset=utf-8>",
                "<style>/* <meta charset=koi8-r> */</style>",
                "<title>How to write <meta charset=koi8-r></title>",
                "<meta name=description content='text/html; charset=koi8-r'>",
                "<?xml version='1.0' encoding='koi8-r'?><meta charset='utf-8'>",
                "<meta charset=utf-16>"
            })
    void whatIsNoDeclarationDoesNotCount(String start) {
        String page = start + "<p>Grüße";

        assertThat(html(page.getBytes(StandardCharsets.UTF_8))).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><html>",
                "\n<?xml version='1.0' encoding='windows-1252' standalone='yes'?><html>",
                "<!-- A long licence text. --><meta charset=latin1>",
                "<script>var a = 1 < 2;</script><meta charset=latin1>"
            })
    void otherDeclarationsOfAPageAreRead(String start) {
        String page = start + "<p>Grüße “x”";

        assertThat(html(page.getBytes(Charset.forName("windows-1252")))).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void wideTextIsRecognisedWithoutItsMark(String charset) {
        for (String text :
                List.of(
                        "ab",
                        "# Pump\n\nOpen the valve.",
                        "<html><body><p>Grüße, 川</p></body></html>",
                        "Привет, мир. Это насос.",
                        "ポンプを開く 弁を閉じる\n次の文。",
                        "日本語\r\n中文 一一",
                        "पानी का पंप खोलो",
                        "long ".repeat(50_000) + "😀")) {
            byte[] bytes = text.getBytes(Charset.forName(charset));

            assertThat(TextFile.decode(bytes, null, ContentType.PLAIN)).isEqualTo(text);
            assertThat(html(bytes)).isEqualTo(text);
        }
    }

    @Test
    void utf16ThatIsDeclaredIsReadInTheOrderThatItIsIn() {
        Charset utf16 = TextFile.charset("file", "utf-16");

        for (Charset order : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertThat(TextFile.decode("Où est-il?".getBytes(order), utf16, ContentType.PLAIN))
                    .isEqualTo("Où est-il?");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hi\0you", "a\0b", "Grüße\0 und mehr", "ab\0d"})
    void utf8WithAZeroIsNotTakenForUtf16(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(TextFile.decode(bytes, null, ContentType.PLAIN)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"UTF-32LE, FF FE 00 00", "UTF-32BE, 00 00 FE FF"})
    void aMarkOfUtf32IsNotThatOfUtf16(String charset, String mark) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(mark));
        bytes.writeBytes(TEXT.getBytes(Charset.forName(charset)));

        assertThat(html(bytes.toByteArray())).isEqualTo(TEXT);
    }

    @Test
    void bytesThatWindows1252LeavesFreeAreControlCharactersAsInBrowsers() {
        byte[] bytes = {'a', (byte) 0x81, (byte) 0x92, (byte) 0x9D};

        assertThat(TextFile.decode(bytes, TextFile.charset("file", "latin1"), ContentType.PLAIN))
                .isEqualTo("a\u0081’\u009D");
    }

    private static String html(byte[] bytes) {
        return TextFile.decode(bytes, null, ContentType.HTML);
    }
}

package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
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
    void aCharsetThatIsNotKnownIsRefusedByItsName() {
        assertThatThrownBy(() -> TextFile.charset("file", "klingon"))
                .hasMessageContaining("klingon");
        assertThatThrownBy(() ->
                        TextFile.decode(
                                "<meta charset=klingon>".getBytes(StandardCharsets.US_ASCII),
                                null,
                                ContentType.HTML))
                .hasMessageContaining("klingon");
    }
}

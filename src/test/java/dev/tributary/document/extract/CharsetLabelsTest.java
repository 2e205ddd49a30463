package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharsetLabelsTest {
    /** Text in a superset, and the label that files with such text have. */
    @ParameterizedTest
    @CsvSource({
        "gb2312, GBK, 镕",
        "GBK, GB18030, 㐀",
        "gb_2312-80, x-mswin-936, €",
        "shift_jis, windows-31j, ①",
        "sjis, windows-31j, 髙",
        "euc-kr, x-windows-949, 똠",
        "ks_c_5601-1987, x-windows-949, 뷁",
        "tis-620, x-windows-874, …",
        "iso-8859-11, x-windows-874, “ก”",
        "ascii, windows-1252, ’",
        "us-ascii, windows-1252, €",
        "latin1, windows-1252, “é”",
        "iso-8859-9, windows-1254, “ğ”",
        "big5, Big5-HKSCS, 嗰",
        "big5, x-windows-950, €",
        "euc-jp, x-eucJP-Open, ①",
        "iso-2022-jp, x-windows-iso2022jp, ①",
        "x-user-defined, windows-1252, é",
        "iso-8859-8-i, ISO-8859-8, שלום",
        "logical, ISO-8859-8, שלום",
        "x-mac-roman, x-MacRoman, é",
        "x-mac-cyrillic, x-MacUkraine, ж",
        "utf8, UTF-8, é",
        "ibm437, IBM437, é"
    })
    void aLabelNamesWhatBrowsersRead(String label, String charset, String text) {
        byte[] page =
                "<meta charset=%s>%s".formatted(label, text).getBytes(Charset.forName(charset));
        byte[] alone = text.getBytes(Charset.forName(charset));

        assertThat(TextFile.decode(page, null, ContentType.HTML)).endsWith(text);
        assertThat(TextFile.decode(alone, TextFile.charset("file", label), ContentType.PLAIN))
                .isEqualTo(text);
        assertThat(CharsetLabels.find(" " + label + "\t")).isEqualTo(CharsetLabels.find(label));
    }

    @Test
    void whatIsUnknownHasNoCharset() {
        assertThat(CharsetLabels.find("klingon")).isNull();
        assertThat(CharsetLabels.find("")).isNull();
        assertThat(CharsetLabels.find("a b")).isNull();
    }
}

package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WideJsonTest {
    private static final String LINES = "{\"a\": \"Grüße 川 😀\"}\r\n\n{\"b\": 2}\n";

    @ParameterizedTest
    @CsvSource({
        "UTF-8, ''",
        "UTF-16LE, ''",
        "UTF-16BE, ''",
        "UTF-32LE, ''",
        "UTF-32BE, ''",
        "UTF-16LE, FFFE",
        "UTF-16BE, FEFF",
        "UTF-32LE, FFFE0000",
        "UTF-32BE, 0000FEFF"
    })
    void linesOfAnyUnicodeCharsetAreReadAsUtf8(String charset, String mark) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.of().parseHex(mark));
        bytes.writeBytes(LINES.getBytes(Charset.forName(charset)));

        assertThat(lines(bytes.toByteArray()))
                .containsExactly("{\"a\": \"Grüße 川 😀\"}\r", "{\"b\": 2}");
        assertThat(lines(gzip(bytes.toByteArray())))
                .containsExactly("{\"a\": \"Grüße 川 😀\"}\r", "{\"b\": 2}");
    }

    @Test
    void charactersOfTwoUnitsAreNotPartedHoweverLongTheLine() throws IOException {
        for (String start : List.of("", "x")) {
            String line = "{\"" + start + "😀".repeat(50_000) + "\": 1}";

            assertThat(lines(line.getBytes(StandardCharsets.UTF_16LE))).containsExactly(line);
        }
    }

    @Test
    void malformedUtf16IsRefused() {
        byte[] bytes = "{}\n{\uD83D}\n".getBytes(StandardCharsets.UTF_16LE);
        bytes[8] = 0x3D;
        bytes[9] = (byte) 0xD8;

        assertThatThrownBy(() -> lines(bytes)).hasMessageContaining("is not valid UTF-16");
    }

    private static List<String> lines(byte[] bytes) throws IOException {
        var lines = new NdjsonLines(new ByteArrayInputStream(bytes), 1 << 20);
        List<String> read = new ArrayList<>();
        for (NdjsonLines.Line line = lines.next(); line != null; line = lines.next()) {
            read.add(
                    line.bytes() == null
                            ? "too long"
                            : new String(line.bytes(), StandardCharsets.UTF_8));
        }
        return read;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }
}

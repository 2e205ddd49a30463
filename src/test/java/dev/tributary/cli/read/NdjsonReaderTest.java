package dev.tributary.cli.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NdjsonReaderTest {
    private static List<String> lines(byte[] file) throws IOException {
        List<String> lines = new ArrayList<>();
        SourceInput input = SourceInput.open(null, new ByteArrayInputStream(file));
        try (var reader = new NdjsonReader(input)) {
            SourceRecord next;
            while ((next = reader.next()) != null) {
                lines.add(new String(((NdjsonLine) next).line(), StandardCharsets.UTF_8));
            }
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE"})
    void readsAnyUnicodeCharsetAsUtf8(String charset) throws Exception {
        String text = "{\"content\": \"Gr\u00fc\u00dfe\"}\n{\"content\": \"\u010a\"}\n";

        assertThat(lines(text.getBytes(Charset.forName(charset))))
                .containsExactly("{\"content\": \"Gr\u00fc\u00dfe\"}", "{\"content\": \"\u010a\"}");
    }
}

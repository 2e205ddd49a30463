package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.document.extract.Pdfs;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pdfbox.cos.COSName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that cannot be read: each is told why, and the version before stays. */
class BadDocumentIT extends FilesIT {
    static Stream<Arguments> badFiles() {
        byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                bad(Pdfs.encrypted("secret"), "a.pdf", "", 422, "document_encrypted"),
                bad(Arrays.copyOf(Pdfs.ofPages("x"), 99), "a.pdf", "", 422, "document_unreadable"),
                bad(bytes("hello"), "a.pdf", "", 422, "document_unreadable"),
                bad(Pdfs.ofPictures(), "a.pdf", "", 422, "document_without_text"),
                withoutText("", "a.txt"),
                withoutText(" \n\t\u00a0\r\n", "a.md"),
                withoutText("<div id=app></div><script>run()</script>", "a.html"),
                withoutText("<title>App</title><noscript>Run scripts.</noscript>", "a.html"),
                withoutText("<frameset cols='1,*'><frame src=a.html></frameset>", "a.html"),
                withoutText("<p><img src=scan.png><iframe src=b.html>x</iframe>", "a.html"),
                withoutText("", "a.html"),
                bad(
                        Pdfs.ofContent(Pdfs.deflated(spaces, 80), COSName.FLATE_DECODE),
                        "a.pdf",
                        "",
                        422,
                        "document_too_complex"),
                bad(bytes("<b>".repeat(1_000_001)), "a.html", "", 422, "document_too_complex"),
                bad(new byte[] {'a', (byte) 0xE9, 'b'}, "a.txt", "", 422, "wrong_charset"),
                bad(bytes("a"), "a.txt", "text/plain; charset=klingon", 400, "invalid_field"),
                bad(bytes("a"), "a.txt", "nonsense", 400, "invalid_field"),
                bad(bytes("a\0b"), "a.txt", "", 400, "invalid_field"),
                bad(bytes("<p>a\0b"), "a.html", "", 400, "invalid_field"),
                bad(bytes("PK\3\4zip"), "a.txt", "", 415, "unsupported_media_type"),
                bad(bytes("PK\3\4zip"), "a.pdf", "", 415, "unsupported_media_type"),
                bad(new byte[] {0x1F, (byte) 0x8B, 8}, "a", "", 415, "unsupported_media_type"),
                bad(Pdfs.ofPages("x"), "a.txt", "", 415, "unsupported_media_type"),
                bad(bytes("{}"), "a", "application/json", 415, "unsupported_media_type"),
                bad(bytes("x"), "a", "image/png", 415, "unsupported_media_type"));
    }

    private static Arguments bad(byte[] file, String name, String type, int status, String code) {
        return Arguments.of(code + " " + name + " " + type, file, name, type, status, code);
    }

    private static Arguments withoutText(String text, String name) {
        return Arguments.of(
                "document_without_text " + name + " " + text.strip(),
                bytes(text),
                name,
                "",
                422,
                "document_without_text");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFiles")
    void aBadFileIsRefusedAndTheOldOneStays(
            String what, byte[] file, String name, String type, int status, String code) {
        put(path("kept"), "{\"content\": \"Kept.\"}");

        Answer answer = upload(path("kept?async=false"), new Form().file(name, type, file));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(chunks("kept"))
                .singleElement()
                .satisfies(it -> assertThat(it.path("content").asString()).isEqualTo("Kept."));
    }

    /** Each stands for a document without text, sent as JSON. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\": \"\"}",
                "{\"content\": \" \\n \"}",
                "{\"content\": \"<script>run()</script>\", \"content_type\": \"text/html\"}"
            })
    void aBlankDocumentInJsonIsRefusedAndTheOldOneStays(String json) {
        put(path("old"), "{\"content\": \"Kept.\"}");

        Answer answer = put(path("old"), json);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("document_without_text");
        assertThat(answer.body().path("hint").asString()).contains("DELETE");
        assertThat(chunks("old")).hasSize(1);
    }

    @Test
    void aZeroIsRefusedWithTheSameHintHoweverItIsSent() {
        Answer text = upload(path("z"), new Form().file("a.txt", "", bytes("a\0b")));
        Answer html = upload(path("z"), new Form().file("a.html", "", bytes("<p>a\0b")));
        Answer json = put(path("z"), "{\"content\": \"a\\u0000b\"}");

        assertThat(Stream.of(text, html, json))
                .allSatisfy(it -> {
                    assertThat(it.fieldMessage()).contains("U+0000 at position");
                    assertThat(it.body().path("hint").asString()).contains("UTF-16");
                });
    }

    @Test
    void aMarkAtTheStartOfTextInJsonIsNoText() {
        put(path("mark.md"), "{\"content\": \"\\ufeff# Guide\\n\\nText.\"}");

        assertThat(chunks("mark.md"))
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.path("content").asString()).startsWith("# Guide");
                    assertThat(it.path("metadata").path("title").asString()).isEqualTo("Guide");
                });
    }

    @Test
    void theByteThatIsNotOfTheCharsetIsNamed() {
        byte[] latin = "Où?".getBytes(StandardCharsets.ISO_8859_1);

        Answer answer = upload(path("latin"), new Form().file("a.txt", "", latin));

        assertThat(answer.body().path("detail").asString())
                .isEqualTo("content is not UTF-8 at byte 1");
        assertThat(answer.body().path("hint").asString()).contains("charset=windows-1252");
    }

    @Test
    void partsThatAreNotKnownMissingOrThereTwiceAreRefused() {
        byte[] file = bytes("Text.");

        Answer unknown = upload(path("p"), new Form().field("tag", "x").file("a.md", "", file));
        Answer twice = upload(path("p"), new Form().file("a.md", "", file).file("b.md", "", file));
        Answer none = upload(path("p"), new Form().field("title", "T"));
        Answer metadata =
                upload(path("p"), new Form().field("metadata", "[]").file("a.md", "", file));
        Answer syntax = upload(path("p"), new Form().field("metadata", "{").file("a.md", "", file));
        Answer strategy =
                upload(
                        path("p"),
                        new Form()
                                .field("chunking", "{\"strategy\": \"semantic\"}")
                                .file("a.md", "", file));

        assertThat(unknown.field()).isEqualTo("tag");
        assertThat(unknown.fieldMessage()).contains("content_type, file, metadata");
        assertThat(twice.field()).isEqualTo("file");
        assertThat(none.field()).isEqualTo("file");
        assertThat(metadata.field()).isEqualTo("metadata");
        assertThat(syntax.field()).isEqualTo("metadata");
        assertThat(strategy.field()).isEqualTo("chunking.strategy");
        assertThat(strategy.fieldMessage()).contains("hierarchical");
        assertThat(Stream.of(unknown, twice, none, metadata, syntax, strategy))
                .allMatch(it -> it.status() == 400);
        assertThat(chunks("p")).isEmpty();
    }

    @Test
    void aFormThatIsCutOffIsMalformed() {
        byte[] whole = new Form().file("a.txt", "", bytes("Text.")).toBytes();
        byte[] cut = Arrays.copyOf(whole, whole.length - 30);

        Answer answer =
                send(
                        request(path("cut"))
                                .header("Content-Type", Form.CONTENT_TYPE)
                                .PUT(BodyPublishers.ofByteArray(cut)));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_multipart");
    }

    @Test
    void aPdfInJsonThatIsNotBase64IsRefused() {
        Answer text = put(path("x.pdf"), "{\"content\": \"%PDF-1.7 as it is\"}");
        Answer broken =
                put(
                        path("x.pdf"),
                        "{\"content\": \"%s\"}"
                                .formatted(Base64.getEncoder().encodeToString(bytes("%PDF-1"))));

        assertThat(text.status()).isEqualTo(400);
        assertThat(text.fieldMessage()).contains("base64");
        assertThat(broken.code()).isEqualTo("document_unreadable");
    }

    @Test
    void aTextOf100MbIsRefusedWhetherItTellsItsLengthOrNot() {
        byte[] mb = " words.".repeat(150_000).getBytes(StandardCharsets.US_ASCII);

        Answer told = json100Mb(BodyPublishers.fromPublisher(hundred(mb), 100L * mb.length + 13));
        Answer untold = json100Mb(hundred(mb));
        Answer form =
                send(
                        request(path("huge"))
                                .header("Content-Type", Form.CONTENT_TYPE)
                                .PUT(
                                        BodyPublishers.ofInputStream(() ->
                                                new SequenceInputStream(
                                                        new ByteArrayInputStream(formStart()),
                                                        stream(mb)))));

        for (Answer answer : new Answer[] {told, untold, form}) {
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(413);
            assertThat(answer.code()).isEqualTo("too_large");
        }
        assertThat(chunks("huge")).isEmpty();
    }

    private static byte[] formStart() {
        byte[] form = new Form().file("a.txt", "text/plain", new byte[0]).toBytes();
        return Arrays.copyOf(form, form.length - "\r\n--part-of-a-test--\r\n".length());
    }

    private Answer json100Mb(BodyPublisher body) {
        return send(request(path("huge")).header("Content-Type", "application/json").PUT(body));
    }

    private static BodyPublisher hundred(byte[] mb) {
        return BodyPublishers.ofInputStream(() ->
                new SequenceInputStream(
                        new ByteArrayInputStream(bytes("{\"content\": \"")), stream(mb)));
    }

    private static InputStream stream(byte[] mb) {
        return new SequenceInputStream(
                Collections.enumeration(
                        IntStream.range(0, 100)
                                .mapToObj(_ -> (InputStream) new ByteArrayInputStream(mb))
                                .toList()));
    }
}

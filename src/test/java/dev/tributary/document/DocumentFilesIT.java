package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.document.extract.Pdfs;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Files of each kind over HTTP, as JSON and as forms. */
class DocumentFilesIT extends FilesIT {
    @Test
    void markdownKeepsItsTitleAndThePathOfItsHeadings() {
        put(
                path("guide.md"),
                "{\"content\": \"# Guide\\n\\nHello there.\\n\\n## Install\\n\\n%s.\\n\\n## Use\\n\\n%s.\","
                                .formatted(words(0, 18), words(18, 36))
                        + " \"chunking\": {\"size\": 24, \"overlap\": 0}}");

        List<JsonNode> chunks = chunks("guide.md");

        assertThat(metadata(chunks, "title")).containsOnly("\"Guide\"");
        assertThat(metadata(chunks, "headings"))
                .containsExactly("[\"Guide\"]", "[\"Guide\",\"Install\"]", "[\"Guide\",\"Use\"]");
    }

    @Test
    void htmlInJsonIsReadAsAPage() {
        Answer put =
                put(
                        path("page"),
                        "{\"content_type\": \"text/html\", \"content\": \"<title>Birds</title>"
                                + "<script>track('heron')</script><h1>Herons</h1><p>They wade.\"}");

        assertThat(put.body().path("chunks").asInt()).isEqualTo(1);
        JsonNode chunk = chunks("page").getFirst();
        assertThat(chunk.path("content").asString()).isEqualTo("Herons\n\nThey wade.");
        assertThat(chunk.path("metadata"))
                .hasToString("{\"title\":\"Birds\",\"headings\":[\"Herons\"]}");
    }

    @Test
    void aPdfInJsonIsBase64AndItsChunksKnowTheirPages() {
        byte[] pdf =
                Pdfs.ofPages(
                        words(0, 30) + ".", words(30, 34) + "", words(34, 50) + ".", "The last.");

        Answer put =
                put(
                        path("report.pdf"),
                        "{\"content\": \"%s\", \"chunking\": {\"size\": 40, \"overlap\": 0}}"
                                .formatted(Base64.getEncoder().encodeToString(pdf)));

        assertThat(put.status()).as(put.body().toString()).isEqualTo(200);
        List<JsonNode> chunks = chunks("report.pdf");
        assertThat(metadata(chunks, "page")).containsExactly("1", "2");
        assertThat(metadata(chunks, "page_end")).containsExactly("", "4");
    }

    @Test
    void aFormHasAFileAndTheFieldsOfJson() {
        Answer put =
                upload(
                        path("form"),
                        new Form()
                                .field("title", "Given")
                                .field("metadata", "{\"lang\": \"en\", \"page\": \"mine\"}")
                                .field("tenant", "acme")
                                .field("source_type", "file")
                                .field("chunking", "{\"strategy\": \"fixed\", \"size\": 16}")
                                .file("f.pdf", "", Pdfs.titled("Own", words(0, 20))));

        assertThat(put.status()).as(put.body().toString()).isEqualTo(200);
        assertThat(put.body().path("chunks").asInt()).isEqualTo(2);
        JsonNode chunk = chunks("form").getFirst();
        assertThat(chunk.path("source_type").asString()).isEqualTo("file");
        assertThat(chunk.path("tenant").asString()).isEqualTo("acme");
        assertThat(chunk.path("metadata"))
                .isEqualTo(json("{\"lang\":\"en\",\"page\":\"mine\",\"title\":\"Given\"}"));
    }

    @Test
    void aTitleInTheMetadataIsKept() {
        upload(
                path("titled"),
                new Form()
                        .field("metadata", "{\"title\": \"Mine\"}")
                        .file("f.pdf", "", Pdfs.titled("Own", "Text.")));

        assertThat(metadata(chunks("titled"), "title")).containsExactly("\"Mine\"");
    }

    @ParameterizedTest
    @CsvSource({
        "a.html, '', x, true",
        "a.md, text/html, x, true",
        "a.html, text/plain, x, false",
        "a.html, application/octet-stream, x, true",
        "'', '', x.htm, true",
        "a, application/octet-stream, x.html, true",
        "a.txt, '', x.html, false",
        "a, '', x, false"
    })
    void theTypeOfAFileIsWhatItsSenderSaysElseItsNameElseTheSource(
            String name, String type, String sourceId, boolean isHtml) {
        Answer put =
                upload(
                        path(sourceId),
                        new Form()
                                .file(name, type, "<b>Bold</b>".getBytes(StandardCharsets.UTF_8)));

        assertThat(put.status()).as(put.body().toString()).isEqualTo(200);
        assertThat(chunks(sourceId).getFirst().path("content").asString())
                .isEqualTo(isHtml ? "Bold" : "<b>Bold</b>");
    }

    @Test
    void aPdfIsKnownByItsFirstBytesAndAnExplicitTypeIsTaken() {
        Answer pdf = upload(path("unnamed"), new Form().file("", "", Pdfs.ofPages("Known.")));
        Answer html =
                upload(
                        path("said"),
                        new Form()
                                .field("content_type", "text/html")
                                .file(
                                        "a.txt",
                                        "text/plain",
                                        "<i>x</i>".getBytes(StandardCharsets.UTF_8)));

        assertThat(pdf.status()).as(pdf.body().toString()).isEqualTo(200);
        assertThat(chunks("unnamed").getFirst().path("content").asString()).isEqualTo("Known.");
        assertThat(html.status()).isEqualTo(200);
        assertThat(chunks("said").getFirst().path("content").asString()).isEqualTo("x");
    }

    @Test
    void aCharsetMayBeNamed() {
        upload(
                path("latin"),
                new Form()
                        .file(
                                "a.txt",
                                "text/plain; charset=windows-1252",
                                "Où est l’œuf?".getBytes(Charset.forName("windows-1252"))));

        assertThat(chunks("latin").getFirst().path("content").asString())
                .isEqualTo("Où est l’œuf?");
    }

    @Test
    void aFormGoesIntoANamespaceOfTheQuery() {
        put("/collections/files?namespace=files-it", "{\"model\": \"all-minilm-l6-v2\"}");

        Answer put =
                upload(
                        "/collections/files/documents/a?namespace=files-it",
                        new Form()
                                .field("title", "T")
                                .file("a.md", "", "x".getBytes(StandardCharsets.UTF_8)));
        Answer misspelt =
                upload(
                        "/collections/files/documents/a?namespac=files-it",
                        new Form().file("a.md", "", "x".getBytes(StandardCharsets.UTF_8)));

        assertThat(put.status()).as(put.body().toString()).isEqualTo(200);
        assertThat(misspelt.code()).isEqualTo("unknown_parameter");
    }

    @Test
    void aTextOfSeveralMegabytesIsADocument() {
        String text = "The heron waits at the bank of the river for hours. ".repeat(60_000);

        Answer put =
                send(
                        request(path("long.txt") + "?async=false")
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString("{\"content\": \"" + text + "\"}")));

        assertThat(put.status()).as(put.body().toString()).isEqualTo(200);
        assertThat(put.body().path("chunks").asInt()).isGreaterThan(2_000);
        assertThat(
                        put(path("long.txt"), "{\"content\": \"Short.\"}")
                                .body()
                                .path("deleted")
                                .asInt())
                .isEqualTo(put.body().path("chunks").asInt() - 1);
    }

    private static List<String> metadata(List<JsonNode> chunks, String key) {
        return chunks.stream().map(chunk -> chunk.path("metadata").path(key).toString()).toList();
    }

    private static String words(int from, int to) {
        String[] words = {"tree", "house", "river", "stone", "cloud", "bread", "light", "horse"};
        return IntStream.range(from, to)
                .mapToObj(i -> words[i % words.length])
                .collect(Collectors.joining(" "));
    }
}

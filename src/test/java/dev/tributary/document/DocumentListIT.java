package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The documents of a collection, listed and described (issue 9, F54). */
class DocumentListIT extends CollectionsIT {
    private String path = "";
    private String collection = "";

    @BeforeAll
    void fill() {
        collection = create("{\"model\": \"all-minilm-l6-v2\"}");
        path = "/collections/" + collection + "/documents";
        put(path + "/guides%2Frivers.md", "{\"content\": \"# Rivers\\n\\nThe Nile flows north.\"}");
        put(path + "/guides%2Flakes.txt", "{\"content\": \"Lakes are still.\"}");
        put(path + "/notes", "{\"content\": \"A note.\", \"source_type\": \"note\"}");
        putChunks(
                collection,
                "{\"source_id\": \"loose\", \"chunk_index\": 1, \"content\": \"one\"}",
                "{\"source_id\": \"loose\", \"chunk_index\": 0, \"content\": \"zero\"}");
    }

    @Test
    void listsDocumentsAndSourcesOfChunks() {
        Answer answer = get(path);

        assertThat(answer.status()).isEqualTo(200);
        JsonNode documents = answer.body().path("documents");
        assertThat(texts(documents, "source_id"))
                .containsExactly("guides/lakes.txt", "guides/rivers.md", "loose", "notes");
        assertThat(answer.body().has("next_cursor")).isFalse();
        JsonNode rivers = documents.path(1);
        assertThat(rivers.path("source_type").asString()).isEqualTo("document");
        assertThat(rivers.path("title").asString()).isEqualTo("Rivers");
        assertThat(rivers.path("chunks").asInt()).isEqualTo(1);
        assertThat(rivers.path("content_hash").asString()).matches("[0-9a-f]{64}");
        assertThat(Instant.parse(rivers.path("updated_at").asString()))
                .isBetween(
                        Instant.parse(rivers.path("created_at").asString()),
                        Instant.now().plusSeconds(5));
        assertThat(documents.path(2).path("chunks").asInt()).isEqualTo(2);
        assertThat(documents.path(3).path("source_type").asString()).isEqualTo("note");
    }

    @ParameterizedTest
    @CsvSource({
        "?prefix=guides%2F, guides/lakes.txt guides/rivers.md",
        "?prefix=guides/r, guides/rivers.md",
        "?prefix=GUIDES, ''",
        "?source_type=note, notes",
        "?prefix=l&source_type=document, loose",
        "?prefix=, guides/lakes.txt guides/rivers.md loose notes",
    })
    void keepsWhatHasThePrefixOrTheType(String query, String expected) {
        assertThat(String.join(" ", texts(get(path + query).body().path("documents"), "source_id")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aCursorGoesOnWhereAPageEnded(int limit) {
        List<String> walked = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = get(path + "?limit=" + limit + "&cursor=" + next).body();
            walked.addAll(texts(page.path("documents"), "source_id"));
            next = page.path("next_cursor").asString("");
        } while (!next.isEmpty());

        assertThat(walked)
                .containsExactly("guides/lakes.txt", "guides/rivers.md", "loose", "notes");
    }

    @ParameterizedTest
    @CsvSource({
        "?limit=0, limit",
        "?limit=1001, limit",
        "?cursor=nonsense, cursor",
        "?cursor=YQ, cursor",
        "?cursor=%21, cursor",
        "?prefix=%00, prefix",
        "?source_type=, source_type",
    })
    void namesTheParameterThatIsWrong(String query, String field) {
        Answer answer = get(path + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
    }

    @Test
    void describesOneDocument() {
        JsonNode loose = get(path + "/loose").body();

        assertThat(loose.path("source_type").asString()).isEqualTo("document");
        assertThat(loose.path("source_id").asString()).isEqualTo("loose");
        assertThat(loose.path("chunks").asInt()).isEqualTo(2);
        assertThat(loose.has("job")).isFalse();
        List<String> contents = new ArrayList<>();
        loose.path("chunk_ids")
                .forEach(id ->
                        contents.add(
                                get("/collections/" + collection + "/chunks/" + id.asString())
                                        .body()
                                        .path("content")
                                        .asString()));
        assertThat(contents).containsExactly("zero", "one");
        assertThat(get(path + "/guides%2Frivers.md").body().path("title").asString())
                .isEqualTo("Rivers");
    }

    @Test
    void theHashChangesWithTheContentAlone() {
        String own = path + "/hashed";
        put(own, "{\"content\": \"The same.\"}");
        String first = get(own).body().path("content_hash").asString();
        put(own, "{\"content\": \"The same.\", \"title\": \"Another title\"}");
        String retitled = get(own).body().path("content_hash").asString();
        put(own, "{\"content\": \"Not the same.\"}");
        String changed = get(own).body().path("content_hash").asString();
        delete(own);

        assertThat(retitled).isEqualTo(first);
        assertThat(changed).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/notes", "/guides%2F", "/loose?source_type=note"})
    void aDocumentThatIsNotThereIsMissing(String document) {
        Answer answer = get(path + document);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("document_not_found");
    }

    @Test
    void aCollectionThatIsNotThereIsMissing() {
        assertThat(get("/collections/never/documents").code()).isEqualTo("collection_not_found");
        assertThat(get("/collections/never/documents/a").code()).isEqualTo("collection_not_found");
    }
}
